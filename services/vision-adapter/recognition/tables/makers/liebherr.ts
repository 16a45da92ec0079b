import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Liebherr',
  makes: [
    'Excavator',
    'Loader',
    'Bulldozer',
    'Dump Truck',
    'Crane',
    'Telehandler',
    'Pipelayer',
    'Drilling Rig',
    'Concrete Pump',
  ],
  models: [
    [
      'Excavator',
      'strong',
      String.raw`(R)(9\d{2,3})([A-D]?)((?:LC|NLC|SLC|COMPACT|TUNNEL|SME|EW|HD)*)`,
      '$1 $2 $3 $4',
    ],
    [
      'Wheeled Excavator',
      'strong',
      String.raw`(A)(9\d{2})([A-D]?)((?:COMPACT|LITRONIC|RAIL)?)`,
      '$1 $2 $3 $4',
    ],
    [
      'Wheel Loader',
      'medium',
      String.raw`(L)(5\d{2})((?:XPOWER|STEREO|SPEEDER|COMPACT)?)`,
      '$1 $2 $3',
    ],
    ['Bulldozer', 'strong', String.raw`(PR)(7\d{2})((?:LGP|XL|L|M|G8|LITRONIC)*)`, '$1 $2 $3'],
    ['Track Loader', 'strong', String.raw`(LR)(6\d{2})((?:G8)?)`, '$1 $2 $3'],
    ['Crawler Crane', 'medium', String.raw`(LR)(1\d{3})`, '$1 $2'],
    ['Tower Crane', 'strong', String.raw`(\d{2,4})(EC-[BH])(\d{0,2})`, '$1 $2 $3'],
    ['Crawler Crane', 'strong', '(LR)(11000|11350|12500|13000)', '$1 $2'],
    ['Mobile Crane', 'alone', String.raw`(L(?:TM|TC|TF|TR|RT))(1\d{3,4})(-\d\.\d)?`, '$1 $2$3'],
    ['Material Handler', 'strong', String.raw`(LH)(\d{2,3})([MC]?)`, '$1 $2 $3'],
    ['Articulated Hauler', 'strong', '(TA)(230|240)', '$1 $2'],
    ['Telehandler', 'medium', String.raw`(T)(\d{2})-(\d{1,2})(S?)`, '$1 $2-$3$4'],
    ['Rigid Dump Truck', 'medium', '(T)(236|264|274|282|284)', '$1 $2'],
    ['Drilling Rig', 'medium', String.raw`(LB)(\d{2})`, '$1 $2'],
  ],
};
