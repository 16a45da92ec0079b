import { z } from 'zod';
import { settings } from '../../contracts/settings.ts';

const introduction = `# Settings

Written by \`npm run codegen\` from \`contracts/settings.ts\`; a test compares the two.

Every process is set by environment variables. Defaults fit a laptop. What is required is a secret; the launcher makes it per stack (\`S3_ADMIN_...\` is for \`npm run provision\` alone). Each secret may stand in a file named by \`<NAME>_FILE\` instead; those of the object store and the keys of upload tickets are read again while the process runs. An empty variable counts as absent. A value that is not allowed, or a name of an earlier version, ends the process with a list of all faults.`;

/** docs/settings.md: the table of environment variables. What only tests set is not in it. */
export function settingsPage(): string {
  const rows = Object.entries(settings)
    .filter(([, setting]) => !('onlyFor' in setting))
    .map(([name, { schema, meaning }]) => `| \`${name}\` | ${fallbackOf(schema)} | ${meaning} |`);
  const table = ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
  return `${introduction}\n\n${table}\n`;
}

function fallbackOf(schema: z.ZodType): string {
  const { default: fallback } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (fallback !== undefined && fallback !== '')
    return `\`${JSON.stringify(fallback).replaceAll('"', '')}\``;
  return schema.safeParse(undefined).success ? '-' : 'required';
}
