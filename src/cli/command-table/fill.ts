/** Puts words into lines of at most `width` characters, each ended by a newline; a longer word has a line of its own. */
export function fill(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line, ''].join('\n');
}
