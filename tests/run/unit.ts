// `npm run unit [-- path ... or other arguments of Jest]`: the tests beside the code. No servers.
import { runJest } from './run-jest.ts';

const args = process.argv.slice(2);
const silent = args.length === 0 ? ['--silent'] : []; // whoever runs one file wants to see what it prints
process.exitCode = await runJest([...args, ...silent, '--selectProjects', 'unit']);
