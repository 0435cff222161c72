/** Instructions that the data-flow analysis understands; all others only make what they write unknown. */

/** `refused` stands for what is not allowed or not well encoded: no path goes on behind it. */
export const KINDS = {
  refused: 0,
  other: 1,
  move: 2,
  moveImmediate: 3,
  signExtend32: 4,
  zeroExtend8: 5,
  zeroExtend16: 6,
  loadAddress: 7,
  add: 8,
  addImmediate: 9,
  subtractImmediate: 10,
  andImmediate: 11,
  orImmediate: 12,
  shiftRightImmediate: 13,
  xor: 14,
  compareImmediate: 15,
  push: 16,
  pop: 17,
  leave: 18,
  call: 19,
  callIndirect: 20,
  jump: 21,
  jumpIndirect: 22,
  jumpIf: 23,
  return: 24,
  trap: 25,
  nop: 26,
  upperHalfKept: 27,
  and: 28,
} as const;

export type Kind = keyof typeof KINDS;

const PATTERNS: readonly (readonly [RegExp, Kind])[] = [
  [/^Mov_(rm64_r64|r64_rm64|rm32_r32|r32_rm32)$/, 'move'],
  [/^Mov_(rm64_imm32|rm32_imm32|r32_imm32|r64_imm64)$/, 'moveImmediate'],
  [/^Movsxd_r64_rm32$/, 'signExtend32'],
  [/^Movzx_r(32|64)_rm8$/, 'zeroExtend8'],
  [/^Movzx_r(32|64)_rm16$/, 'zeroExtend16'],
  [/^Lea_r(16|32|64)_m$/, 'loadAddress'],
  [/^Add_(rm64_r64|r64_rm64)$/, 'add'],
  [/^Add_(rm64_imm8|rm64_imm32|RAX_imm32)$/, 'addImmediate'],
  [/^Sub_(rm8_imm8|AL_imm8|rm(16|32|64)_imm(8|16|32)|EAX_imm32|RAX_imm32)$/, 'subtractImmediate'],
  [/^And_(rm(32|64)_imm(8|32)|EAX_imm32|RAX_imm32)$/, 'andImmediate'],
  [/^And_(rm64_r64|r64_rm64|rm32_r32|r32_rm32)$/, 'and'],
  [/^Or_rm(32|64)_imm8$/, 'orImmediate'],
  [/^Shr_rm(32|64)_imm8$/, 'shiftRightImmediate'],
  [/^Xor_(rm32_r32|r32_rm32)$/, 'xor'],
  [/^Cmp_(rm8_imm8|AL_imm8|rm(16|32|64)_imm(8|16|32)|EAX_imm32|RAX_imm32)$/, 'compareImmediate'],
  [/^Push/, 'push'],
  [/^Pop_r64$/, 'pop'],
  [/^Leaveq$/, 'leave'],
  [/^Call_rel32_64$/, 'call'],
  [/^Call_rm64$/, 'callIndirect'],
  [/^Jmp_rel(8|32)_64$/, 'jump'],
  [/^Jmp_rm64$/, 'jumpIndirect'],
  [/^J[a-z]+_rel(8|32)_64$/, 'jumpIf'],
  [/^Retnq$/, 'return'],
  [/^(Int3|Ud2)$/, 'trap'],
  [/^(Nop_rm(16|32|64)|Nop[wdq])$/, 'nop'],
  // A write of 32 bits may leave the upper half as it was: where the source is zero, on some processors; where the
  // comparison fails, on all.
  [/^(Bsf|Bsr|Tzcnt|Lzcnt|Cmpxchg)_/, 'upperHalfKept'],
];

/** The kind of an allowed code, by iced's name for it. */
export function kindOf(name: string): Kind {
  return PATTERNS.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}
