// As README of the package shows it, in a project of somebody else.
import {
  createTrackunitClient,
  remedyOf,
  TrackunitError,
  type AnalysisEvent,
  type FeedEvent,
  type TrackunitClient,
} from 'trackunit-client';

export const connect = (url: string, accessToken: string): TrackunitClient =>
  createTrackunitClient({ url, token: () => Promise.resolve(accessToken) });

/** What happened to the photo, and what it shows. */
export async function analyze(client: TrackunitClient, photo: Blob): Promise<string[]> {
  const said: string[] = [];
  try {
    for await (const event of client.analyze(photo, { filename: 'photo.jpg' }))
      said.push(describe(event));
  } catch (error) {
    if (!(error instanceof TrackunitError)) throw error;
    said.push(`${error.code}: ${error.remedy}`);
  }
  return said;
}

function describe(event: AnalysisEvent | FeedEvent): string {
  if (event.state !== 'completed') return event.state;
  return event.success ? (event.recognition.aggregate.name ?? '?') : remedyOf(event.failure.code);
}
