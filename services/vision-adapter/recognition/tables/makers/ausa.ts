import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Ausa',
  makes: ['Site Dumper', 'Forklift', 'Telehandler'],
  models: [
    ['Site Dumper', 'strong', String.raw`DR?\d{3,4}(?:A[HPE][AG][A-Z]?|RM|AHGA)`],
    ['Telehandler', 'strong', String.raw`T\d{3}H`],
    ['Forklift', 'medium', String.raw`CH?\d{3}H?|C11M`],
  ],
};
