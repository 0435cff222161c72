import { COMPILER_WORDS, COMPLETED, type CompletedCommand, type CompletedOption } from './words.js';

const flags = ({ name, letters }: CompletedOption): readonly string[] => [
  ...letters.map((letter) => `-${letter}`),
  `--${name}`,
];

function optionsOf({ name, options }: CompletedCommand): string {
  return `    ${name}) options='${options.flatMap(flags).join(' ')}' ;;\n`;
}

/** What follows an option: words, or (by completing nothing) a file. */
function valuesOf({ name, options }: CompletedCommand): string {
  return options
    .filter(({ values }) => values !== 'none')
    .map((option) => {
      const words = typeof option.values === 'string' ? '' : option.values.join(' ');
      const patterns = flags(option).map((flag) => `${name}:${flag}`);
      return `    ${patterns.join(' | ')}) values='${words}' ;;\n`;
    })
    .join('');
}

/** For bash, without its package bash-completion. */
export function bashCompletion(): string {
  return `# Completion of tme-box and tbx-cc for bash; made by make man from the tables of their options.

_tme_box() {
  local word=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} options= values=-
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '${COMPLETED.map(({ name }) => name).join(' ')} completion --help --version' -- "$word"))
    return
  fi
  # bash takes the = of --option=value for a word.
  if [ "$word" = = ]; then
    word=
  elif [ "$option" = = ]; then
    option=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $command:$option in
${COMPLETED.map(valuesOf).join('')}  esac
  if [ "$values" != - ]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
    return
  fi
  case $command in
${COMPLETED.map(optionsOf).join('')}  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
  esac
}

# Options of tbx-cc are one word with their value; all others are clang's, which knows them.
_tbx_cc() {
  local word=\${COMP_WORDS[COMP_CWORD]} prefix= start=
  COMPREPLY=()
  if [ "$word" = = ]; then
    prefix=\${COMP_WORDS[COMP_CWORD - 1]}= word=
  elif [ "\${COMP_WORDS[COMP_CWORD - 1]}" = = ]; then
    prefix=\${COMP_WORDS[COMP_CWORD - 2]}=
  fi
  start=$prefix$word
  case $start in
    -f | -ft* | -fn* | -fno-*)
      local IFS=$'\\n'
      COMPREPLY=($(compgen -W '${COMPILER_WORDS.join('\n')}' -- "$start"))
      COMPREPLY=("\${COMPREPLY[@]#"$prefix"}")
      [ "\${#COMPREPLY[@]}" != 1 ] || case \${COMPREPLY[0]} in *=) compopt -o nospace ;; esac
      ;;
  esac
  case $start in
    -ftbx-*) ;;
    -*) COMPREPLY+=($("\${COMP_WORDS[0]}" --autocomplete="$start" 2>/dev/null | cut -f 1)) ;;
  esac
}

complete -o default -F _tme_box tme-box
complete -o default -F _tbx_cc tbx-cc tbx-c++ tbx-clang
`;
}
