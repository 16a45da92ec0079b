import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Jungheinrich',
  makes: ['Forklift'],
  models: [
    [
      'Forklift',
      'strong',
      String.raw`(EFG|DFG|TFG|ETV|ETM|EJE|EJC|EJD|EJG|ERE|ERC|ERD|ECE|EKX|EKS|EKM|EZS|EMC)([A-Z]?\d{2,3})([A-Z]{0,3})`,
      '$1 $2$3',
    ],
  ],
};
