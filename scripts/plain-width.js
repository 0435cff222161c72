/**
 * What the bundles have in the place of string-width: how many columns a text takes, for the layout of yargs' help.
 * Ours is plain text without wide characters. The package asks ICU for the properties of all of Unicode when it is
 * loaded, which takes longer than all else that `tme-box` does before it looks at its arguments.
 */
export default function width(text) {
  return text.length;
}
