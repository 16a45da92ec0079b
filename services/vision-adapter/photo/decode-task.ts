// A photo on its way to the decoder's process: a short head, then the bytes as they are. Over Node's own
// channel every photo would be copied several times on both sides.
export interface DecodeTask {
  readonly id: number;
  /** No other photo is being decoded. */
  readonly alone: boolean;
  readonly bytes: Buffer;
}

const headBytes = 9; // id and length in 32 bits each, then alone

export function headOf({ id, alone, bytes }: DecodeTask): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(id, 0);
  head.writeUInt32BE(bytes.length, 4);
  head.writeUInt8(alone ? 1 : 0, 8);
  return head;
}

/**
 * @returns takes the stream piece by piece, however it is cut; a piece may be overwritten afterwards.
 */
export function readTasks(take: (task: DecodeTask) => void): (piece: Buffer) => void {
  const head = Buffer.alloc(headBytes);
  let bytes: Buffer | undefined;
  let filled = 0;
  return (piece) => {
    // Once more after the last byte: an empty photo is whole as soon as its head is.
    for (let at = 0; at < piece.length || bytes?.length === filled;) {
      const target = bytes ?? head;
      const copied = piece.copy(target, filled, at);
      at += copied;
      filled += copied;
      if (filled < target.length) return;
      filled = 0;
      if (bytes === undefined) bytes = Buffer.allocUnsafe(head.readUInt32BE(4));
      else {
        take({ id: head.readUInt32BE(0), alone: head.readUInt8(8) === 1, bytes });
        bytes = undefined;
      }
    }
  };
}
