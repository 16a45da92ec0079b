import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { searchAttributes } from '../contracts/topology.ts';
import { analysesCommands } from './analyses/analyses.ts';
import { listQuery } from './analyses/list-runs.ts';
import { readId, usage, UsageError } from './command-line/arguments.ts';

const page = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');

describe('docs/operations.md', () => {
  test.each(Object.keys(searchAttributes))('names the search attribute %s', (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  test('shows every command of npm run ops', () => {
    const lines = usage.matchAll(
      /^ {2}((?:analyses|register|corrections|owners|dead-letters) [a-z]+|audit)/gm,
    );
    const commands = new Set([...lines].map(([, command]) => command));
    expect(commands.size).toBe(12);
    for (const command of commands) expect(page).toContain(`npm run ops -- ${command}`);
  });
});

describe('npm run ops', () => {
  const id = '019a53c4-7c10-7d3a-9a52-1f0c3a7be001';

  test('accepts a correlationId, also as the Temporal UI shows it, and refuses other ids', () => {
    expect(readId(id)).toBe(id);
    expect(readId(`analysis-${id}`)).toBe(id);
    for (const text of [undefined, '', 'x', `announce-end-${id}-run`])
      expect(() => readId(text)).toThrow(UsageError);
  });

  test('refuses to terminate what a filter lists, before anything is redone', async () => {
    const given = { terminate: true, all: false, help: false, json: false };
    const options = { state: 'failed', first: '20', ...given };
    const redo = analysesCommands['analyses redo']?.(undefined, options, () => undefined);
    await expect(redo).rejects.toThrow(UsageError);
    await expect(redo).rejects.toThrow(/^invalid --terminate: expected only with an id/);
  });

  test('filters runs by every option, quotes their values, and refuses unknown states and codes', () => {
    expect(listQuery({ first: 20 })).toBe("WorkflowType = 'analyzeImage'");
    expect(listQuery({ first: 20, state: 'cancelled', brand: "O'Neill" })).toBe(
      "WorkflowType = 'analyzeImage' AND ExecutionStatus = 'Canceled' AND Brand = 'O''Neill'",
    );
    expect(() => listQuery({ first: 20, state: 'done' })).toThrow(UsageError);
    expect(() => listQuery({ first: 20, code: 'VISION_REFUSE' })).toThrow(/VISION_REFUSED/);
  });
});
