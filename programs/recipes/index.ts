import type { Recipe } from '../recipe.js';
import { bzip2 } from './bzip2.js';
import { lua } from './lua.js';
import { mawk } from './mawk.js';
import { sqlite } from './sqlite.js';
import { zlib } from './zlib.js';

/** The real programs, the quickest to build first. */
export const recipes: readonly Recipe[] = [zlib, bzip2, mawk, lua, sqlite];
