/** The address space of the GS segment, whose base is the sandbox's window. */
export const WINDOW = 256;
