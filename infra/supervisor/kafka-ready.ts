import { connect } from 'node:net';

// Kafka's smallest request, ApiVersions v0: length, API key 18, version 0, correlation id, no client id.
const correlationId = 1;
const request = Buffer.alloc(14);
request.writeInt32BE(10, 0);
request.writeInt16BE(18, 4);
request.writeInt16BE(0, 6);
request.writeInt32BE(correlationId, 8);
request.writeInt16BE(-1, 12);

/**
 * Resolves when a broker answers requests. It takes connections earlier than that. A Kafka client
 * would do it too, but with a dozen timers and lines of log for each of the many tries.
 */
export function answersApiVersions(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    socket.once('connect', () => socket.write(request));
    socket.once('data', (answer: Buffer) => {
      socket.destroy();
      if (answer.length >= 8 && answer.readInt32BE(4) === correlationId) resolve();
      else reject(new Error(`what listens on port ${port} does not speak Kafka`));
    });
    socket.once('timeout', () => socket.destroy(new Error(`port ${port} does not answer`)));
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error(`port ${port} closed the connection`));
    });
  });
}
