/**
 * Instruction codes with the same effects, in iced-x86's names, which say encoding, operands and their sizes.
 *
 * `effect` has one letter an explicit operand: `r` read, `w` written, `m` read and written or only sometimes written,
 * `n` neither (an address that is computed or hinted at); `-` stands for no operands. Behind it stand the
 * general-purpose registers that are written without being operands, and `flags` if RFLAGS may change or become
 * undefined. RSP is not named: the instructions that move it are told apart by kind.
 */
export interface CodeGroup {
  readonly effect: string;
  readonly codes: string;
}
