// Every arrow from Kafka to RabbitMQ. A row names places, never fields: bodies pass through unread.
import { deadLetterTopic, exchanges, topics } from '../../contracts/topology.ts';

export interface Route {
  readonly topic: string;
  readonly exchange: string;
  /** The topic for records that can never be published. */
  readonly deadLetters: string;
}

export const routes: readonly Route[] = [
  // step 6: starts the analysis
  {
    topic: topics.imageUploaded,
    exchange: exchanges.imageUploaded,
    deadLetters: deadLetterTopic(topics.imageUploaded),
  },
  // step 13: signals the workflow
  {
    topic: topics.recognitionCompleted,
    exchange: exchanges.recognitionCompleted,
    deadLetters: deadLetterTopic(topics.recognitionCompleted),
  },
];
