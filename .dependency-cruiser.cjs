// The arrows of the house. A rule names what it forbids and why. Folders are found, not listed.
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const foldersIn = (path) =>
  readdirSync(join(__dirname, path), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() && !/^(\.|node_modules$|dist$|coverage$|docs$)/.test(entry.name),
    )
    .map(({ name }) => name);

const folders = foldersIn('.');
const anyOf = (names) => `^(${names.join('|')})/`;
const workshop = ['tests', 'tools'];
const product = folders.filter((name) => !workshop.includes(name));
const notTests = '\\.test\\.ts$';

const onlyTo = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: notTests },
  to: { path: anyOf(folders), pathNot: allowed },
});

/** What a process may import besides its own folder, contracts and platform. */
const also = {
  orchestrator: ['workflows', 'activities'],
  recognition: ['activities'],
  retention: ['activities'],
  register: ['workers/orchestrator/read-api'], // how a run is read from Temporal, where events are missing
};
const processes = ['services', 'workers'].flatMap((parent) =>
  foldersIn(parent).map((name) => ({ name, path: `${parent}/${name}` })),
);

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no first line to read.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-import-of-a-main',
      severity: 'error',
      comment: 'A main.ts starts a process; what others need stands in a file of its own.',
      from: {},
      to: { path: '/main\\.ts$' },
    },
    {
      name: 'product-knows-no-workshop',
      severity: 'error',
      comment: 'Test support and tools stand in tests/ and tools/; only tests import them.',
      from: { path: anyOf(product), pathNot: notTests },
      to: { path: anyOf(workshop) },
    },
    onlyTo(
      'platform-knows-no-business',
      '^platform/',
      '^platform/',
      'One technology per file, usable anywhere.',
    ),
    onlyTo(
      'contracts-know-nobody',
      '^contracts/',
      '^contracts/',
      'What crosses a boundary depends on no side of it.',
    ),
    onlyTo(
      'activities-are-effects',
      '^activities/',
      '^(activities|contracts|platform)/',
      'An activity gets its port from the worker.',
    ),
    onlyTo(
      'client-knows-contracts',
      '^client/',
      '^(client|contracts)/|^infra/host/lock\\.',
      'The client runs on other machines and in browsers; its terminal alone takes the one lock.',
    ),
    onlyTo(
      'gateway-alone',
      '^gateway/',
      '^(gateway|contracts|platform)/',
      'Processes meet over the wire.',
    ),
    ...processes.map(({ name, path }) =>
      onlyTo(
        `${name}-alone`,
        `^${path}/`,
        anyOf([path, 'contracts', 'platform', ...(also[name] ?? [])]),
        'Processes meet over the wire.',
      ),
    ),
    onlyTo(
      'operations-act-on-runs',
      '^operations/',
      '^(operations|workers/orchestrator|workflows|activities|contracts|platform)/',
      "The operators' commands do what the orchestrator does, by hand.",
    ),
    {
      name: 'workflows-are-pure',
      severity: 'error',
      comment:
        'Workflow code is replayed: it may run its own policies and the pure tables of contracts, nothing else.',
      from: { path: '^workflows/', pathNot: notTests },
      to: {
        path: anyOf(folders.filter((name) => name !== 'workflows')),
        pathNot: '^contracts/(topology|priorities|failures)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    onlyTo(
      'infra-runs-not-imports',
      '^infra/',
      '^(infra|contracts|platform|services/register/store)/',
      "Processes are started, not imported; the register's tables are made with its database.",
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|\\.data|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
