import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hiab',
  makes: ['Crane'],
  models: [
    [
      'Loader Crane',
      'strong',
      String.raw`(X-?(?:HIPRO|CLX|CL|HIDUO|DUO))(\d{2,4})([A-Z]*)`,
      '$1 $2 $3',
    ],
    ['Loader Crane', 'strong', String.raw`(XS)(\d{3})`, '$1 $2'],
    ['Loader Crane', 'strong', String.raw`(I[QX]\.\d{3})((?:HIPRO|HIDUO|CL)?)`, '$1 $2'],
    ['Loader Crane', 'weak', String.raw`[0-9]\d{2}`],
    ['Loader Crane', 'medium', String.raw`X-?(?:HIPRO|CLX|DUO)?\d{2,4}[A-Z]*`],
  ],
};
