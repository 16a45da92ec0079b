// The arrows of the house. A rule names what it forbids and why.
const onlyTo = (name, from, allowed, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^(client|gateway|services|workers|workflows|activities|contracts|platform|infra|tests)/',
    pathNot: allowed,
  },
});

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
      '^(client|contracts)/',
      'The client runs on other machines and in browsers.',
    ),
    onlyTo(
      'gateway-alone',
      '^gateway/',
      '^(gateway|contracts|platform)/',
      'Processes meet over the wire.',
    ),
    ...['ingestion', 'media-access', 'vision-adapter', 'messaging-bridge'].map((service) =>
      onlyTo(
        `${service}-alone`,
        `^services/${service}/`,
        `^(services/${service}|contracts|platform)/`,
        'Processes meet over the wire.',
      ),
    ),
    onlyTo(
      'orchestrator-alone',
      '^workers/orchestrator/',
      '^(workers/orchestrator|workflows|activities|contracts|platform)/',
      'Processes meet over the wire.',
    ),
    onlyTo(
      'recognition-alone',
      '^workers/recognition/',
      '^(workers/recognition|activities|contracts|platform)/',
      'Processes meet over the wire.',
    ),
    onlyTo(
      'retention-alone',
      '^workers/retention/',
      '^(workers/retention|activities|contracts|platform)/',
      'Processes meet over the wire.',
    ),
    {
      name: 'workflows-are-pure',
      severity: 'error',
      comment:
        'Workflow code is replayed: it may run words (topology) and pure policies, nothing else.',
      from: { path: '^workflows/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(client|gateway|services|workers|activities|contracts|platform|infra|tests)/',
        pathNot: '^contracts/topology\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    onlyTo(
      'infra-runs-not-imports',
      '^infra/',
      '^(infra|contracts|platform)/',
      'Processes are started, not imported.',
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
