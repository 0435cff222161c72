import type { Attack } from './program.js';
import type { Sighting } from './stage.js';

/** What is wrong with one attack, or with how it was tried. */
export interface Problem {
  readonly attack: string;
  /** The build that it was seen in. */
  readonly build: string;
  readonly kind: 'escape' | 'host' | 'vacuous' | 'end' | 'control' | 'refusal' | 'build';
  readonly text: string;
}

/** Judges a run that has to be contained. */
export function judgeContained(
  attack: Attack,
  name: string,
  build: string,
  sighting: Sighting,
): readonly Problem[] {
  const problem = (kind: Problem['kind'], text: string): readonly Problem[] => [
    { attack: name, build, kind, text },
  ];
  if (sighting.escape !== '') return problem('escape', sighting.escape);
  if (!sighting.serving) return problem('host', 'the host or its other sandboxes do not go on');
  if (!sighting.armed) return problem('vacuous', `ended (${sighting.end}) before it attacked`);
  if (!attack.ends.includes(sighting.end) && !isContained(attack, sighting)) {
    return problem('end', `ended as "${sighting.end}", not as "${attack.ends.join(' | ')}"`);
  }
  return [];
}

/** `contained` accepts every end of a program that started. */
function isContained(attack: Attack, sighting: Sighting): boolean {
  return attack.ends.includes('contained') && sighting.end !== 'not started';
}

/** Judges a run without confinement: it has to show that the harness sees an escape. */
export function judgeControl(name: string, sighting: Sighting): readonly Problem[] {
  if (sighting.armed && sighting.escape !== '') return [];
  const text = sighting.armed ? 'reached nothing' : 'never attacked';
  return [{ attack: name, build: 'control', kind: 'control', text }];
}
