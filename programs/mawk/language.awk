# What awk has: patterns, fields, arrays, user functions, regular expressions, printf, getline, files of output.
# Usage: mawk -v out=FILE -f language.awk prose.txt

function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2) }

# Sorts the words a[from..to] by falling counts, then by name.
function quicksort(a, counts, from, to,    left, right, pivot, word) {
  if (from >= to) return
  pivot = a[int((from + to) / 2)]
  left = from; right = to
  while (left <= right) {
    while (before(a[left], pivot, counts)) left++
    while (before(pivot, a[right], counts)) right--
    if (left <= right) { word = a[left]; a[left++] = a[right]; a[right--] = word }
  }
  quicksort(a, counts, from, right)
  quicksort(a, counts, left, to)
}

function before(x, y, counts) {
  return counts[x] != counts[y] ? counts[x] > counts[y] : x < y
}

# The text with its letters moved on in the alphabet.
function rotate(text, by,    at, place, moved) {
  for (at = 1; at <= length(text); at++) {
    place = index("abcdefghijklmnopqrstuvwxyz", substr(text, at, 1))
    moved = moved (place == 0 ? substr(text, at, 1) : substr("abcdefghijklmnopqrstuvwxyz", (place - 1 + by) % 26 + 1, 1))
  }
  return moved
}

BEGIN {
  printf "%d %i %o %x %X %c %c %s|%5s|%-5s|%.2s|%05d|%+d|% d\n", 42, -42, 42, 255, 255, 65, "z", "s", "r", "l", "cut", 42, 42, 42
  printf "%e %f %g %G %.10g %10.3f\n", 3.14159265, 2.5, 1e10, 1e-10, 1 / 3, 2 / 3
  print 1e6, 1e16, 0.1 + 0.2, 17 % 5, -17 % 5, 2 ^ 10, 2 ^ 0.5, int(-3.7)
  print sin(1), cos(1), atan2(1, 2), exp(1), log(10), sqrt(2)
  print "10" < "9", 10 < 9, "abc" < "abd", 1 == 1.0, "a" "b" == "ab"
  print fibonacci(18), toupper("MiXed"), tolower("MiXed"), length("twelve bytes")
  print match("foo123bar", /[0-9]+/), RSTART, RLENGTH, substr("hello", 2, 3), substr("hello", -1, 4)
  n = split("a:b:c:d", parts, ":"); print n, parts[1] parts[n]
  n = split("one1two22three", parts, /[0-9]+/); print n, parts[2], parts[3]
  text = "the cat sat on the mat"
  print gsub(/[aeiou]/, "<&>", text), text
  print sub(/cat|mat/, "\\&dog", text), text
  grid[1, 2] = "x"; grid[2, 1] = "y"
  print ((1, 2) in grid), ((2, 2) in grid)
  delete grid[1, 2]; print ((1, 2) in grid)
  do { steps++; if (steps == 3) continue; if (steps > 5) break } while (1)
  print steps
  print rotate(rotate("sandboxed words", 7), 19)
}

{ lines++; letters += length($0) }
/^[A-Z]/ || /[.]$/ { marked++ }
NR == 10, NR == 12 { print NR ": " $1 " … " $NF }
NR % 500 == 0 { $2 = "<" $2 ">"; print NF, $0 }
{
  for (i = 1; i <= NF; i++) {
    word = tolower($i)
    gsub(/[^a-z]/, "", word)
    if (word != "") counts[word]++
  }
}

END {
  print lines, letters, marked
  for (word in counts) words[++distinct] = word
  quicksort(words, counts, 1, distinct)
  for (i = 1; i <= 20; i++) printf "%-12s %6d\n", words[i], counts[words[i]]
  print distinct, FILENAME ~ /prose/, NR == FNR
  while ((getline line < FILENAME) > 0) if (++again <= 2) print again, line
  close(FILENAME)
  print again == lines
  for (i = 1; i <= distinct; i++) printf "%s\t%d\n", words[i], counts[words[i]] > out
  close(out)
  exit distinct > 0 ? 3 : 1
}
