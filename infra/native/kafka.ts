// Apache Kafka, one node in KRaft mode, from the jars of Maven Central.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UserError } from '../host/user-error.ts';
import { installOnce } from './install/install-once.ts';
import { runTool } from '../host/run-tool.ts';
import type { Server } from '../stack/service.ts';
import { cacheFolder, type Stack } from '../stack/stack.ts';

const version = '3.9.1';
const jars = () => join(cacheFolder(), `kafka-${version}`);
/** The classes as the first broker that ended in good order had loaded them; Java checks that they fit. */
const classArchive = () => `${jars()}.jsa`;
const archiveBeingWritten = (stack: Stack) => join(stack.folder, 'kafka', 'classes.jsa');
const pom = fileURLToPath(new URL('./install/kafka-jars.xml', import.meta.url));
const hashes = fileURLToPath(new URL('./install/kafka-jars.sha256', import.meta.url));

const java = {
  command: 'java',
  remedy:
    'install Java 17 (apt-get install openjdk-17-jre-headless), or run the servers in containers (README).',
};
const maven = {
  command: 'mvn',
  remedy: 'install Maven (apt-get install maven), or run the servers in containers (README).',
};

export const kafka: Server = {
  name: 'kafka',
  role: 'server',
  url: (stack) => `127.0.0.1:${stack.ports.kafka}`,
  tools: [java],
  install: {
    usually: '15 s',
    tools: [java, maven],
    installed: () => existsSync(jars()),
    async run(report) {
      await installOnce(`kafka-${version}`, report, async (folder) => {
        await runTool(
          maven,
          [
            '--batch-mode',
            '--strict-checksums',
            '-f',
            pom,
            `-Dmaven.repo.local=${join(cacheFolder(), 'maven')}`,
            'dependency:copy-dependencies',
            `-DoutputDirectory=${folder}`,
          ],
          { report },
        );
        await compareHashes(folder);
      });
    },
  },
  async prepare(stack) {
    const folder = join(stack.folder, 'kafka');
    const properties = join(folder, 'server.properties');
    await rm(archiveBeingWritten(stack), { force: true }); // of a broker that was killed
    const log4j = join(folder, 'log4j.properties');
    await mkdir(folder, { recursive: true });
    await writeFile(properties, serverProperties(stack));
    await writeFile(log4j, log4jProperties);
    if (!existsSync(join(folder, 'data', 'meta.properties'))) await formatStorage(folder);
    return {
      command: 'java',
      args: [
        '-Xms256m',
        '-Xmx512m',
        // Two cores shared by all: no threads for collecting, and code compiled once and quickly
        // (3.3 instead of 5.7 s of CPU to start, 1.7 with the archive of loaded classes).
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        existsSync(classArchive())
          ? `-XX:SharedArchiveFile=${classArchive()}`
          : `-XX:ArchiveClassesAtExit=${archiveBeingWritten(stack)}`,
        '-XX:+ExitOnOutOfMemoryError',
        '-Djava.awt.headless=true',
        '-Dlog4j.configuration=file:log4j.properties',
        '-cp',
        join(jars(), '*'),
        'kafka.Kafka',
        'server.properties',
      ],
      cwd: folder,
      env: {},
    };
  },
  ready: describeCluster,
  async afterStop(stack) {
    const written = archiveBeingWritten(stack);
    if (!existsSync(written)) return;
    const copy = `${classArchive()}.unfinished-${process.pid}`; // the cache may be on another file system
    await copyFile(written, copy);
    await rename(copy, classArchive());
    await rm(written, { force: true });
  },
};

/** It takes connections earlier than it answers. */
async function describeCluster(stack: Stack): Promise<void> {
  const { default: kafkajs } = await import('kafkajs'); // loaded while the servers start
  const client = new kafkajs.Kafka({
    clientId: 'launcher',
    brokers: [kafka.url(stack)],
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}

/** @throws {UserError} when a jar is missing, unknown or another one than it was when it was pinned. */
async function compareHashes(folder: string): Promise<void> {
  const expected = new Map(
    (await readFile(hashes, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/) as [string, string])
      .map(([hash, file]) => [file, hash]),
  );
  const wrong: string[] = [];
  for (const file of await readdir(folder)) {
    const hash = createHash('sha256').update(await readFile(join(folder, file)));
    if (expected.get(file) !== hash.digest('hex')) wrong.push(file);
    expected.delete(file);
  }
  wrong.push(...expected.keys());
  if (wrong.length > 0)
    throw new UserError(
      `Maven delivered other jars than those pinned in infra/native/install/kafka-jars.sha256 (${wrong.join(', ')}): ` +
        `remove ${join(cacheFolder(), 'maven')} and try again.`,
    );
}

async function formatStorage(folder: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  const java = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-cp',
    join(jars(), '*'),
    'kafka.tools.StorageTool',
  ];
  await rm(join(folder, 'data'), { recursive: true, force: true }); // a half-formatted one
  // With `=`: one id in 64 begins with a hyphen, and would be taken for an option.
  await execa('java', [...java, 'format', `--cluster-id=${clusterId}`, '-c', 'server.properties'], {
    cwd: folder,
  });
}

/** Its paths are below the working folder: Java takes these files for ISO-8859-1. */
const serverProperties = (stack: Stack) => `# written by infra at every start
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${stack.ports['kafka-controller']}
listeners=PLAINTEXT://127.0.0.1:${stack.ports.kafka},CONTROLLER://127.0.0.1:${stack.ports['kafka-controller']}
advertised.listeners=PLAINTEXT://127.0.0.1:${stack.ports.kafka}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=data
auto.create.topics.enable=false
num.partitions=6
num.network.threads=2
num.io.threads=4
num.replica.alter.log.dirs.threads=1
background.threads=2
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
group.initial.rebalance.delay.ms=0
# After a crash the broker is let in again when its old session is over (default 9 s).
broker.session.timeout.ms=5000
broker.heartbeat.interval.ms=1000
`;

const log4jProperties = `log4j.rootLogger=WARN, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
log4j.logger.kafka.server.KafkaRaftServer=INFO
`;
