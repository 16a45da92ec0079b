import { z } from 'zod';
import { settings } from '../../contracts/settings.ts';

/** README's table of environment variables, in Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(settings).map(
    ([name, { schema, meaning }]) => `| \`${name}\` | ${fallbackOf(schema)} | ${meaning} |`,
  );
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

function fallbackOf(schema: z.ZodType): string {
  const { default: fallback } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (fallback !== undefined && fallback !== '')
    return `\`${JSON.stringify(fallback).replaceAll('"', '')}\``;
  return schema.safeParse(undefined).success ? '-' : 'required';
}
