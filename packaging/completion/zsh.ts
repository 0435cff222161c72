import {
  COMPLETED,
  type CompletedCommand,
  type CompletedOption,
  COMPILER_WORDS,
  quoted,
} from './words.js';

/** Colons and brackets end the parts of what _arguments reads. */
const plain = (text: string): string => text.replace(/[:[\]\\]/g, '\\$&');

function argument({ name, letters, describe, values }: CompletedOption): readonly string[] {
  const what =
    values === 'none' ? '' : values === 'any' ? ':value:_files' : `:value:(${values.join(' ')})`;
  return [
    ...letters.map((letter) => quoted(`-${letter}[${plain(describe)}]${what}`)),
    quoted(`--${name}${values === 'none' ? '' : '='}[${plain(describe)}]${what}`),
  ];
}

function command({ name, options }: CompletedCommand): string {
  const words = options.flatMap(argument).map((word) => ` \\\n        ${word}`);
  return `    ${name})\n      _arguments${words.join('')} \\\n        '*:file:_files' ;;\n`;
}

/** For zsh: the files `_tme-box` and `_tbx-cc` of a folder of its fpath. */
export function zshCompletions(): readonly (readonly [file: string, text: string])[] {
  const names = COMPLETED.map(
    ({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}\n`,
  );
  const commands = `#compdef tme-box
# Made by make man from the table of commands.

local -a commands
if (( CURRENT == 2 )); then
  commands=(
${names.join('')}  )
  _describe command commands
else
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${COMPLETED.map(command).join('')}  esac
fi
`;
  const compiler = `#compdef tbx-cc tbx-c++ tbx-clang
# Made by make man from the table of options; all others are clang's, which knows them.

local -a own
case $PREFIX in
  -*)
    own=(${COMPILER_WORDS.map(quoted).join(' ')})
    compadd -S '' -- $own
    compadd -- \${\${(f)"$($words[1] --autocomplete=$PREFIX 2>/dev/null)"}%%$'\\t'*} ;;
  *) _files ;;
esac
`;
  return [
    ['_tme-box', commands],
    ['_tbx-cc', compiler],
  ];
}
