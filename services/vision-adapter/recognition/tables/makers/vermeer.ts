import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Vermeer',
  makes: ['Trencher', 'Loader', 'Drilling Rig'],
  models: [
    ['Trencher', 'medium', String.raw`(?:RTX|T|V)\d{3,4}(?:III|I2?|I)?`],
    ['Loader', 'medium', String.raw`(?:S|CTX|ATX)\d{2,4}(?:TX)?`],
    ['Drilling Rig', 'strong', String.raw`(D\d{1,4}X\d{1,4})(DR|S3|SERIESII|II)?`, '$1 $2'],
  ],
};
