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

/** How deep response files may name each other; a cycle would never end. */
const MAX_DEPTH = 16;

/**
 * Replaces each `@FILE` of `argv` by the words in FILE. A file that `read` cannot give stays as it is: clang then
 * says what is wrong with it.
 */
export function expandResponseFiles(
  argv: readonly string[],
  read: (path: string) => string | undefined,
  depth = 0,
): readonly string[] {
  if (depth > MAX_DEPTH || !argv.some((argument) => argument.startsWith('@'))) return argv;
  return argv.flatMap((argument) => {
    const text = argument.startsWith('@') ? read(argument.slice(1)) : undefined;
    if (text === undefined) return [argument];
    return expandResponseFiles(splitResponseText(text), read, depth + 1);
  });
}
