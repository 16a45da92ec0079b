// Every timeout and every retry of the workflows, each with its reason.
// Which failures are final, and which name the time of their next attempt, stands in contracts/failures.ts.
import {
  ActivityCancellationType,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import { taskQueues } from '../contracts/topology.ts';

export const policies = {
  /** One HTTP call to the vision adapter. */
  recognize: {
    // Rate-limited by the server: a burst waits there, in sight of operators, instead of failing.
    taskQueue: taskQueues.recognition,
    // One try: Vision takes 1 to 10 s (its own deadline is 15 s), the rest fetches and checks the
    // photo. Waiting in the queue does not count. It is also how a dead worker is noticed.
    startToCloseTimeout: '45 s',
    // No count and no scheduleToClose: an outage or a long queue must not fail an accepted photo.
    // The workflow's own timer (`timeout`) ends the wait. A minute is soon enough after an outage.
    retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
    // It sends no heartbeat, so it cannot receive a cancel: waiting for it would cost a whole try.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'Ask Vision what the photo shows',
  } satisfies ActivityOptions,

  /** One publish to RabbitMQ, confirmed. Local: it takes milliseconds and a repeat is dropped by id. */
  announce: {
    startToCloseTimeout: '10 s', // a confirm takes milliseconds; a blocked broker takes none
    // No count: whoever waits must get the end. Each try past the threshold adds 6 events, at one
    // a minute the history (51,200 events) holds five days without RabbitMQ.
    retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
    // Shorter waits stay inside the worker and keep cancels and queries waiting; a longer one becomes
    // a timer, which operators can see.
    localRetryThreshold: '2 s',
    // An announcement under way is over in a moment: cancelled or not, it is known which.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  } satisfies LocalActivityOptions,

  /** Two list calls to Temporal itself. The schedule repeats them, so a failure may wait for that. */
  sweep: {
    startToCloseTimeout: '20 s',
    retry: { initialInterval: '1 s', maximumAttempts: 3 },
    summary: 'Find terminated runs that nobody announced',
  } satisfies LocalActivityOptions,

  /** One walk through the bucket. It heartbeats its place before each call to the store. */
  deleteOldObjects: {
    taskQueue: taskQueues.retention,
    // Ends no sweep: the next attempt goes on at the last heartbeat. A million objects take minutes.
    startToCloseTimeout: '2 hours',
    // Above one call to the store (2 minutes). It is how a dead worker is noticed.
    heartbeatTimeout: '5 minutes',
    // No count: while the store is unavailable this sweep waits for it, and the schedule starts no other.
    retry: { initialInterval: '5 s', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    // A page in hand harms nothing: a cancelled sweep ends at once.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: 'Delete photos that are too old',
  } satisfies ActivityOptions,

  /** A few calls to the store: all versions of what lies under one correlation id. */
  deleteObjects: {
    taskQueue: taskQueues.retention,
    startToCloseTimeout: '5 minutes', // above two calls to the store (2 minutes each)
    // No count: a deletion waits for its store however long, and nothing else waits for it.
    retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumInterval: '1 minute' },
    cancellationType: ActivityCancellationType.TRY_CANCEL, // what a call still deletes was to go
    summary: 'Delete the photo and what was made of it, in all versions',
  } satisfies ActivityOptions,

  /** Calls to Temporal itself: ends the runs of a deleted analysis, then deletes them. */
  deleteRuns: {
    startToCloseTimeout: '20 s',
    retry: { initialInterval: '500 ms', backoffCoefficient: 2, maximumInterval: '1 minute' },
    localRetryThreshold: '2 s', // as for announcements
  } satisfies LocalActivityOptions,
} as const;

/** Shown beside the timers in the Temporal UI. */
export const timerSummaries = {
  timeout: 'Timeout: then the analysis ends as TIMED_OUT',
  grace: 'Grace: the adapter works from Kafka; then the workflow asks it',
  ending: 'The analysis announces its end; later it is terminated',
  deleting: 'Temporal deletes the runs',
  lookAgain: 'What was on its way when the analysis was deleted',
} as const;
