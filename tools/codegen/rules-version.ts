// The version of the recognition rules: a hash of their code, so that rules that changed never keep it.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const folder = new URL('../../services/vision-adapter/recognition/', import.meta.url);
const versionFile = 'rules-version.ts';

/** Of every file of the rules, in the order of their names, without types, comments and layout. */
export function versionOfRules(): string {
  const files = globSync('**/*.ts', { cwd: folder })
    .filter((file) => !file.endsWith('.test.ts') && file !== versionFile)
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const source = readFileSync(new URL(file, folder), 'utf8');
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ESNext,
        removeComments: true,
      },
    });
    hash.update(`${file}\n${outputText}`);
  }
  return hash.digest('hex').slice(0, 12);
}

/** rules-version.ts with the version of the rules as they are. */
export const withRulesVersion = (file: string): string =>
  file.replace(/(?<=rulesVersion = ')[0-9a-f]+(?=')/, versionOfRules());
