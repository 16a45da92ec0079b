import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'New Holland',
  makes: ['Excavator', 'Loader', 'Bulldozer', 'Motor Grader', 'Telehandler'],
  models: [
    ['Excavator', 'medium', String.raw`E\d{2,3}[BCD](?:SR|LC|EL)*(?:-\d)?`],
    ['Wheel Loader', 'medium', String.raw`W\d{2,3}[B-D](?:TC|PT)?`],
    ['Backhoe Loader', 'medium', String.raw`(?:LB|B)\d{2,3}[B-D]?(?:TC)?`],
    ['Telehandler', 'medium', String.raw`LM\d{3,4}[A-Z]?|TH\d\.\d{2}`],
  ],
};
