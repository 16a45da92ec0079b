// What the system says of a file or folder that cannot be read, for people.
const fileErrors = {
  unreadable: {
    why: 'this user may not read it',
    remedy: 'Check that this user may read the file.',
  },
  missing: { why: 'it does not exist', remedy: 'Check whether it was moved or deleted.' },
  linkLoop: {
    why: 'links that lead in a circle',
    remedy: 'Name the file that the link should mean.',
  },
  longName: { why: 'its name or path is too long', remedy: 'Move it to a shorter path.' },
  readError: {
    why: 'an error of the disk or network drive',
    remedy: 'Check the disk or network drive that it lies on.',
  },
} as const;

export type FileError = keyof typeof fileErrors;

const byCode: Readonly<Record<string, FileError>> = {
  EACCES: 'unreadable',
  EPERM: 'unreadable',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  ELOOP: 'linkLoop',
  ENAMETOOLONG: 'longName',
};

export const fileErrorOf = (error: unknown): FileError =>
  byCode[(error as NodeJS.ErrnoException).code ?? ''] ?? 'readError';

export const describeFileError = (error: unknown) => fileErrors[fileErrorOf(error)];

export const whyNotRead = Object.fromEntries(
  Object.entries(fileErrors).map(([name, { why }]) => [name, why]),
) as Readonly<Record<FileError, string>>;
