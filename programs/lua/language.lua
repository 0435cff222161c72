-- What a C implementation of Lua leans on: longjmp for errors, coroutines, deep recursion, metatables, the allocator.

local function section(title) print("== " .. title) end

section("errors")
local unwound = 0
for i = 1, 20000 do
  local ok, reason = pcall(function() if i % 2 == 0 then error({ code = i }) else error("text", 0) end end)
  if not ok then unwound = unwound + (type(reason) == "table" and reason.code or #reason) end
end
print("unwound", unwound)
print(pcall(error, "nested", 0))
print(select(2, xpcall(function() local x = nil; return x.field end, function(m) return "handled: " .. m:match("attempt.*") end)))
local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
print("recursion", deep(15000))
print("overflow", (select(2, pcall(function() local function f() return 1 + f() end return f() end)):match("stack overflow")))

section("coroutines")
local function generator(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
local sum = 0
for _, square in generator(5000) do sum = sum + square end
print("squares", sum)
local threads = {}
for i = 1, 200 do
  threads[i] = coroutine.create(function(a) while true do a = a + coroutine.yield(a * i) end end)
end
local total = 0
for round = 1, 50 do
  for i = 1, #threads do total = total + select(2, coroutine.resume(threads[i], round)) end
end
print("total", total)
print("dead", coroutine.resume(coroutine.create(function() error("inside", 0) end)))

section("objects")
local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Vector) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__tostring = function(v) return ("(%g, %g)"):format(v.x, v.y) end
Vector.__close = function(v) print("closed", v) end
local v = setmetatable({ x = 0, y = 0 }, Vector)
for i = 1, 30000 do v = v + setmetatable({ x = i, y = 1 / i }, Vector) end
print(v, v == setmetatable({ x = v.x, y = v.y }, Vector))
do local scoped <close> = setmetatable({ x = 1, y = 2 }, Vector) end
local defaults = setmetatable({}, { __index = function(_, k) return k .. "!" end, __len = function() return 7 end })
print(defaults.anything, #defaults)

section("garbage")
local weak, collected = setmetatable({}, { __mode = "v" }), 0
for i = 1, 1000 do weak[i] = setmetatable({}, { __gc = function() collected = collected + 1 end }) end
collectgarbage()
print("collected", collected, next(weak))
collectgarbage("generational")
local kept = {}
for i = 1, 200000 do kept[i % 1000 + 1] = { i, tostring(i) } end
print("kept", #kept, kept[1][2])

section("numbers")
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, 2 ^ 53 | 0, 1 << 62, ~0, 5 // 0.0, -5 % math.huge)
print(math.maxinteger, math.mininteger, math.maxinteger + 1 == math.mininteger, math.type(3), math.type(3.0))
print(("%.14g %.3f %a %e %i"):format(math.pi, math.sqrt(2), 0.1, 12345.678, 42))
print(tonumber("0x1p4"), tonumber("1e308") * 10, tonumber("  12  "), tonumber("zz", 36), tonumber("9" .. ("0"):rep(30)))
print(math.floor(-3.5), math.ceil(-3.5), math.fmod(-7, 3), math.ult(1, -1), math.tointeger(8.0))
print(math.sin(1), math.cos(1), math.tan(1), math.exp(1), math.log(10), math.log(8, 2))

section("binary")
local packed = string.pack("<i4 >I2 z s1 d", -5, 65535, "zero", "counted", 0.5)
print(#packed, string.unpack("<i4 >I2 z s1 d", packed))
print(utf8.char(228, 8364, 128512), utf8.len("äöü"), utf8.codepoint("€", 1))
print(load("local a, b = ... return a * b")(6, 7), load("syntax error here"))
print(select("#", table.unpack({ 1, nil, 3 }, 1, 3)), table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ","))
