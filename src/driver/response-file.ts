/**
 * Response files (`@FILE`) in GNU quoting. Clang would expand them itself, but the wrapper's own options may be in
 * them too.
 */

/** Splits the text of a response file into words: blanks separate, quotes group, a backslash takes the next char. */
export function splitResponseText(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && at + 1 < text.length && quote !== "'") {
      word = (word ?? '') + text.charAt(++at);
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** How many response files are read for one command line: they may name each other, each many times. */
const MAX_FILES = 1000;

/**
 * Replaces each `@FILE` of `argv` by the words in FILE. A file that `read` cannot give stays as it is, and so does one
 * that is named inside itself: clang then says what is wrong with it.
 *
 * @returns undefined where there are too many files
 */
export function expandResponseFiles(
  argv: readonly string[],
  read: (path: string) => string | undefined,
): readonly string[] | undefined {
  let left = MAX_FILES;
  const expand = (words: readonly string[], outer: readonly string[]): readonly string[] =>
    words.flatMap((word) => {
      const path = word.slice(1);
      if (!word.startsWith('@') || outer.includes(path) || left < 0) return [word];
      const text = read(path);
      if (text === undefined) return [word];
      left--;
      return expand(splitResponseText(text), [...outer, path]);
    });
  const expanded = expand(argv, []);
  return left < 0 ? undefined : expanded;
}
