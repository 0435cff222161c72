import { COMPILER_WORDS, COMPLETED, type CompletedCommand, quoted } from './words.js';

function commandLines({ name, summary, options }: CompletedCommand): readonly string[] {
  const first = `complete -c tme-box -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`;
  const others = options.map(({ name: option, letters, describe, values }) => {
    const short = letters.map((letter) => ` -s ${letter}`).join('');
    const what =
      values === 'none' ? '' : values === 'any' ? ' -r' : ` -x -a ${quoted(values.join(' '))}`;
    return `complete -c tme-box -n '__fish_seen_subcommand_from ${name}'${short} -l ${option}${what} -d ${quoted(describe)}`;
  });
  return [first, ...others];
}

/** For fish: one file of `vendor_completions.d` for each command. */
export function fishCompletions(): readonly (readonly [file: string, text: string])[] {
  const head = '# Made by make man from the tables of commands and options.\n';
  const lines = COMPLETED.flatMap(commandLines).map((line) => `${line}\n`);
  const compilers = ['tbx-cc', 'tbx-c++', 'tbx-clang'].map((name) => {
    const own = `complete -c ${name} -a ${quoted(COMPILER_WORDS.join(' '))}\n`;
    return [`${name}.fish`, `${head}${own}`] as const;
  });
  return [['tme-box.fish', head + lines.join('')], ...compilers];
}
