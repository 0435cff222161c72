/** Enough bytes of a LEB128 for 64 bits and for what padding assemblers leave; many more would come out as no number. */
const MAX_LEB_BYTES = 20;

/**
 * Reads little-endian numbers and strings one after the other. The bytes are hostile: what would lie behind their end
 * reads as zero, and `failed` says so from then on.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;
  #failed = false;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = start;
    this.#end = Math.min(end, bytes.length);
    this.#failed = start > this.#end;
  }

  get at(): number {
    return this.#at;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Whether nothing is left to read. */
  get done(): boolean {
    return this.#failed || this.#at >= this.#end;
  }

  /** Makes all further reading fail: what was read has no meaning. */
  fail(): void {
    this.#failed = true;
  }

  skip(size: number): void {
    this.#take(size);
  }

  u8(): number {
    const at = this.#take(1);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  s8(): number {
    const at = this.#take(1);
    return at === undefined ? 0 : this.#view.getInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at === undefined ? 0 : this.#view.getUint16(at, true);
  }

  u32(): number {
    const at = this.#take(4);
    return at === undefined ? 0 : this.#view.getUint32(at, true);
  }

  /** Above 2^53 it comes out inexact. */
  u64(): number {
    const low = this.u32();
    return this.u32() * 2 ** 32 + low;
  }

  /** Above 2^53 it comes out inexact. */
  uleb(): number {
    return this.#leb(false);
  }

  sleb(): number {
    return this.#leb(true);
  }

  #leb(isSigned: boolean): number {
    let value = 0;
    let scale = 1;
    for (let left = MAX_LEB_BYTES; left > 0; left--) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return isSigned && (byte & 0x40) !== 0 ? value - scale : value;
    }
    this.fail();
    return 0;
  }

  /** The offset of a string that ends with NUL, which is passed over. */
  string(): number {
    const start = this.#at;
    const end = this.#failed ? -1 : this.#bytes.indexOf(0, start);
    if (end < 0 || end >= this.#end) this.#failed = true;
    else this.#at = end + 1;
    return start;
  }

  /** Where the next `size` bytes are, which are passed over; undefined where they are not. */
  #take(size: number): number | undefined {
    const at = this.#at;
    this.#failed ||= size > this.#end - at;
    if (this.#failed) return undefined;
    this.#at = at + size;
    return at;
  }
}
