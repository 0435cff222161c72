-- The script of `make demo`: sorts, builds strings, matches patterns and reads a file (its argument).
-- Nothing here depends on the order of pairs(), the clock or an address, so two runs print the same bytes.

local function section(title) print(("== %s"):format(title)) end

local state = 42
local function random(n)
  state = (state * 6364136223846793005 + 1442695040888963407)
  return (state >> 33) % n + 1
end

local function sorting()
  section("sorting")
  local numbers = {}
  for i = 1, 60000 do numbers[i] = random(1000000) end
  table.sort(numbers)
  for i = 2, #numbers do assert(numbers[i - 1] <= numbers[i]) end
  print("ascending", numbers[1], numbers[#numbers // 2], numbers[#numbers])
  local people = {}
  for i = 1, 2000 do people[i] = { name = ("n%04d"):format(random(9999)), age = random(90) } end
  table.sort(people, function(a, b)
    if a.age ~= b.age then return a.age > b.age end
    return a.name < b.name
  end)
  print("oldest", people[1].age, people[1].name, "youngest", people[#people].age, people[#people].name)
end

local function building()
  section("building strings")
  local parts = {}
  for i = 1, 40000 do parts[#parts + 1] = ("%d:%x;"):format(i, i * i) end
  local text = table.concat(parts)
  local hash = 5381
  for i = 1, #text do hash = (hash * 33 + text:byte(i)) & 0xffffffff end
  print("length", #text, "hash", ("%08x"):format(hash))
  print(("-"):rep(8) .. ("abc"):upper():reverse() .. ("%5.2f|%-6s|%+d|%q"):format(3.14159, "ab", 7, 'a "quoted"\nline'))
  local line = ""
  for i = 1, 3000 do line = line .. string.char(97 + i % 26) end
  print("appended", #line, line:sub(-13))
end

local function matching(text)
  section("matching patterns")
  local words, distinct = {}, 0
  for word in text:gmatch("%a+") do
    word = word:lower()
    if not words[word] then distinct = distinct + 1 end
    words[word] = (words[word] or 0) + 1
  end
  local order = {}
  for word in pairs(words) do order[#order + 1] = word end
  table.sort(order, function(a, b)
    if words[a] ~= words[b] then return words[a] > words[b] end
    return a < b
  end)
  print("distinct words", distinct)
  for i = 1, 8 do print(i, order[i], words[order[i]]) end
  print("doubled", (text:gsub("(%a)%1", "<%1%1>")):match("<%a%a>"))
  print("sentences", select(2, text:gsub("[^.!?]+[.!?]", "")))
  print("balanced", ("f(a(b)c)(d)"):match("%b()"), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
  print("frontier", ("THE (quick) fox"):find("%f[%a]%a+%f[%A]"))
end

local function reading(path)
  section("reading a file")
  local lines, bytes, longest = 0, 0, ""
  for line in assert(io.lines(path)) do
    lines, bytes = lines + 1, bytes + #line + 1
    if #line > #longest then longest = line end
  end
  print("lines", lines, "bytes", bytes, "longest", #longest)
  local file = assert(io.open(path, "rb"))
  local size = file:seek("end")
  file:seek("set", size // 2)
  local middle = file:read(24)
  file:close()
  print("size", size, ("%q"):format(middle))
  local missing, reason = io.open(path .. ".missing")
  print("missing", missing, (reason:gsub("^.*: ", "")))
  return assert(io.open(path)):read("a")
end

sorting()
building()
matching(reading(assert(arg[1], "usage: demo.lua FILE")))
