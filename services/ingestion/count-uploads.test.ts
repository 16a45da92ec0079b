import { expect, test } from '@jest/globals';
import { countUploads } from './count-uploads.ts';

const upload = (correlationId: string, owner = 'a') => ({ owner, correlationId });

test('counts an upload once, however often it is confirmed, and each owner apart', async () => {
  const priorityOf = countUploads(2);
  const priorities = [];
  for (const id of ['1', '1', '1', '2', '3', '3', '1'])
    priorities.push(await priorityOf(upload(id)));
  expect(priorities).toEqual([
    ...['interactive', 'interactive', 'interactive', 'interactive'],
    ...['batch', 'batch', 'interactive'],
  ]);
  expect(await priorityOf(upload('4', 'b'))).toBe('interactive');
});
