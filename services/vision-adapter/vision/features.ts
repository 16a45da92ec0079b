// What can be asked of Vision, and where in an answer it stands.
import type { protos } from '@google-cloud/vision';
import type { AnnotateImageResponse } from './vision-client.ts';

export type Feature = Exclude<
  keyof typeof protos.google.cloud.vision.v1.Feature.Type,
  'TYPE_UNSPECIFIED'
>;

const fields: Readonly<Record<Feature, keyof AnnotateImageResponse>> = {
  TEXT_DETECTION: 'textAnnotations',
  DOCUMENT_TEXT_DETECTION: 'fullTextAnnotation',
  LOGO_DETECTION: 'logoAnnotations',
  WEB_DETECTION: 'webDetection',
  LABEL_DETECTION: 'labelAnnotations',
  OBJECT_LOCALIZATION: 'localizedObjectAnnotations',
  IMAGE_PROPERTIES: 'imagePropertiesAnnotation',
  SAFE_SEARCH_DETECTION: 'safeSearchAnnotation',
  FACE_DETECTION: 'faceAnnotations',
  LANDMARK_DETECTION: 'landmarkAnnotations',
  CROP_HINTS: 'cropHintsAnnotation',
  PRODUCT_SEARCH: 'productSearchResults',
};

const isFeature = (name: string): name is Feature => Object.hasOwn(fields, name);

/**
 * Each feature once: whatever is asked for twice is charged twice.
 *
 * @throws when the list is empty or names an unknown one, which would be requested as "unspecified" and
 *   charged.
 */
export function readFeatures(names: readonly string[]): readonly Feature[] {
  const features = names.filter(isFeature);
  if (features.length < names.length) {
    const unknown = names.filter((name) => !isFeature(name));
    throw new Error(
      `invalid VISION_FEATURES ${unknown.join(', ')}: allowed are ${Object.keys(fields).join(', ')}`,
    );
  }
  if (features.length === 0)
    throw new Error(`empty VISION_FEATURES: set one or more of ${Object.keys(fields).join(', ')}`);
  return [...new Set(features)];
}

/** The asked features to which this answer says anything. */
export function answeredFeatures(
  response: AnnotateImageResponse,
  asked: readonly Feature[],
): readonly Feature[] {
  return asked.filter((feature) => isFilled(response[fields[feature]]));
}

/** The client fills in what is absent: empty lists, empty texts, zeros, null. */
function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isFilled);
  return Boolean(value);
}
