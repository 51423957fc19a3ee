/** Compares the paths of the contract with those in labels. */

/** Whether a label's value is this path; `{id}` stands for any one segment. */
export function isPath(path: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const [wanted, seen] = [path.split('/'), value.split('/')];
  return (
    wanted.length === seen.length &&
    wanted.every((segment, at) => segment === seen[at] || (segment === '{id}' && seen[at] !== ''))
  );
}
