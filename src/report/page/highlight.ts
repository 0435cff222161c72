/** Colours for IR and for C: enough to read by, no grammar. */
import { element } from './dom.js';

export type Language = 'ir' | 'c';

const WORDS: Readonly<Record<Language, readonly (readonly [string, RegExp])[]>> = {
  ir: [
    ['comment', /;.*/y],
    [
      'debug',
      /#dbg_\w+.*|,? !(?:dbg|tbaa\S*|noalias|alias\.scope|llvm\S*|absolute_symbol|srcloc) !\d+/y,
    ],
    ['string', /c?"[^"]*"/y],
    ['made', /%tbx\.[-\w.$]+/y],
    ['name', /%(?:[-\w.$]+|"[^"]*")/y],
    ['global', /@(?:[-\w.$]+|"[^"]*")/y],
    ['type', /\b(?:i\d+|ptr|float|double|half|x86_fp80|void|label|addrspace\(256\))(?![-\w.$])/y],
    [
      'keyword',
      /\b(?:define|load|store|call|ret|br|switch|alloca|getelementptr|phi|select|icmp|fcmp|inttoptr|ptrtoint|freeze|zext|sext|trunc|bitcast|and|or|xor|shl|lshr|ashr|add|sub|mul|[su]div|[su]rem|f(?:add|sub|mul|div)|unreachable|atomicrmw|cmpxchg|tail|musttail|indirectbr|extractvalue|insertvalue|unwind|to)\b/y,
    ],
    ['number-word', /-?\b\d[\w.]*/y],
    ['word', /[-\w.$]+/y],
  ],
  c: [
    ['comment', /\/\/.*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)|^\s*\*.*/y],
    ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
    ['global', /^\s*#.*/y],
    [
      'keyword',
      /\b(?:if|else|for|while|do|switch|case|default|break|continue|return|goto|sizeof|static|extern|inline|typedef|struct|union|enum|const|volatile|register)\b/y,
    ],
    [
      'type',
      /\b(?:void|char|short|int|long|unsigned|signed|float|double|size_t|s?size_t|u?int\d+_t|[iu]\d+)\b/y,
    ],
    ['number-word', /\b\d[\w.]*/y],
    ['word', /\w+/y],
  ],
};

/** A line of code as elements. */
export function highlight(text: string, language: Language): readonly (Node | string)[] {
  const parts: (Node | string)[] = [];
  let plain = 0;
  for (let at = 0; at < text.length;) {
    const found = wordAt(text, at, language);
    if (found === undefined) {
      at++;
      continue;
    }
    const [kind, word] = found;
    if (kind !== 'word') {
      parts.push(text.slice(plain, at), element('span', kind, word));
      plain = at + word.length;
    }
    at += word.length;
  }
  parts.push(text.slice(plain));
  return parts;
}

function wordAt(
  text: string,
  at: number,
  language: Language,
): readonly [string, string] | undefined {
  for (const [kind, pattern] of WORDS[language]) {
    pattern.lastIndex = at;
    const word = pattern.exec(text)?.[0];
    if (word !== undefined && word !== '') return [kind, word];
  }
  return undefined;
}
