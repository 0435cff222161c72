export type * from './attribute.js';
export type * from './instruction.js';
export type * from './metadata.js';
export type * from './module.js';
export type * from './type.js';
export type * from './value.js';
