// What the bridge is measured against: one record at a time, no confirms, offsets committed by the clock.
// In: an arrow as JSON argument. Loses what is in flight when RabbitMQ or itself dies.
import { connect } from 'amqplib';
import kafkajs from 'kafkajs';
import type { BenchArrow } from './bench-arrow.ts';

const arrow = JSON.parse(process.argv[2] ?? '') as BenchArrow;
const connection = await connect(arrow.rabbitUrl);
const channel = await connection.createChannel();
const kafka = new kafkajs.Kafka({ brokers: [arrow.broker], logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: 'naive' });
await consumer.connect();
await consumer.subscribe({ topic: arrow.topic, fromBeginning: true });
await consumer.run({
  eachMessage({ message }) {
    channel.publish(arrow.exchange, '', message.value ?? Buffer.alloc(0), {
      messageId: message.headers?.['ce_id']?.toString() ?? '',
      headers: message.headers,
      persistent: true,
    });
    return Promise.resolve();
  },
});
