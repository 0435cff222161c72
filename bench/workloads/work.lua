-- Lua as a workload: calls, tables, closures, strings, floating point, coroutines.

local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end

local function queens(n)
  local columns, up, down, found = {}, {}, {}, 0
  local function place(row)
    if row > n then found = found + 1 return end
    for c = 1, n do
      if not columns[c] and not up[row + c] and not down[row - c + n] then
        columns[c], up[row + c], down[row - c + n] = true, true, true
        place(row + 1)
        columns[c], up[row + c], down[row - c + n] = false, false, false
      end
    end
  end
  place(1)
  return found
end

local function spectral(n)
  local function a(i, j) local s = i + j; return 1 / (s * (s + 1) / 2 + i + 1) end
  local u, v = {}, {}
  for i = 0, n - 1 do u[i] = 1 end
  for _ = 1, 3 do
    for i = 0, n - 1 do local s = 0; for j = 0, n - 1 do s = s + a(i, j) * u[j] end; v[i] = s end
    for i = 0, n - 1 do local s = 0; for j = 0, n - 1 do s = s + a(j, i) * v[j] end; u[i] = s end
  end
  local x, y = 0, 0
  for i = 0, n - 1 do x, y = x + u[i] * v[i], y + v[i] * v[i] end
  return ("%.6f"):format(math.sqrt(x / y))
end

local function strings(n)
  local counts, parts = {}, {}
  for i = 1, n do
    local word = ("k%d"):format(i * 7919 % 1009)
    counts[word] = (counts[word] or 0) + 1
    parts[#parts + 1] = word:upper():gsub("K", "-")
  end
  return #table.concat(parts, ","), counts.k77
end

local function ping(n)
  local co = coroutine.wrap(function(x) while true do x = coroutine.yield(x + 1) end end)
  local x = 0
  for _ = 1, n do x = co(x) end
  return x
end

local numbers, state = {}, 1
for i = 1, 60000 do state = (state * 1103515245 + 12345) % 2147483648; numbers[i] = state end
table.sort(numbers)
print(fib(31), queens(9), spectral(300), strings(100000))
print(ping(400000), numbers[1], numbers[#numbers])
