// What the bridge is measured against: one record at a time, no confirms, offsets committed by the clock.
// In: an arrow as JSON argument. Loses what is in flight when RabbitMQ or itself is killed.
import { connect } from 'amqplib';
import kafkajs from 'kafkajs';
import { kafkaBrokers, rabbitUrl } from '../../support/harness/environment.ts';
import type { Arrow } from '../../support/messaging/bridge.ts';

const arrow = JSON.parse(process.argv[2] ?? '') as Arrow;
const connection = await connect(rabbitUrl);
const channel = await connection.createChannel();
const kafka = new kafkajs.Kafka({ brokers: kafkaBrokers, logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: 'naive' });
await consumer.connect();
await consumer.subscribe({ topic: arrow.topic.topic, fromBeginning: true });
await consumer.run({
  eachMessage({ message }) {
    channel.publish(arrow.places.exchange, '', message.value ?? Buffer.alloc(0), {
      messageId: message.headers?.['ce_id']?.toString() ?? '',
      headers: message.headers,
      persistent: true,
    });
    return Promise.resolve();
  },
});
