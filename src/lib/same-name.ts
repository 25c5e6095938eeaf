/** What nobody sees, or sees as the same: spaces, marks without width, widths and compositions of letters. */
function nameSeen(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC');
}

/** Whether two names are one to whoever reads them: a person must not count twice by another spelling. */
export const isSameName = (one: string, other: string): boolean =>
  nameSeen(one) === nameSeen(other);

/** Whether nothing of it can be seen. */
export const isNoName = (name: string): boolean => nameSeen(name) === '';
