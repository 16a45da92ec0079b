import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Gehl',
  makes: ['Loader', 'Excavator', 'Telehandler'],
  models: [
    [
      'Skid Steer Loader',
      'medium',
      String.raw`[3-7][68]\d{2}(?:SX|E)?|[1-7][0-9]40E?|7810E?|SL\d{4}`,
    ],
    ['Skid Steer Loader', 'medium', String.raw`[RV]\d{3}`],
    ['Compact Track Loader', 'medium', String.raw`[RV]T\d{3}|CTL\d{2}`],
    ['Telehandler', 'strong', String.raw`(?:RS|DL|CT)\d{1,2}-\d{2}`],
    ['Wheel Loader', 'medium', String.raw`AL\d{3}`],
    ['Mini Excavator', 'medium', String.raw`[235]\d[23]Z?|GE\d{3}|[ZM]\d{2}`],
    ['Wheel Loader', 'weak', '140|280|340|350|418|480|540|550|650'],
    ['Telehandler', 'weak', '55[23]|663|[81]083|883'],
    ['Mini Excavator', 'weak', '1[569]3|2[25]3|303|353|373|602|803'],
  ],
};
