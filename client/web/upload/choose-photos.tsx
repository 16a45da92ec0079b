import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { photoKinds } from '../../../contracts/photos.ts';
import { useServices } from '../signed-in/services.ts';

const smallerKey = 'trackunit.smaller';

/** By ending too: not every system knows the content types of the newer kinds. */
const kinds = [
  ...Object.entries(photoKinds).flatMap(([type, { extension }]) => [type, `.${extension}`]),
  '.heif',
].join(',');

/** Camera, files, a folder; photos that are dropped anywhere on the page or pasted. */
export function ChoosePhotos() {
  const { t } = useTranslation();
  const { queue } = useServices();
  const [smaller, setSmaller] = useState(() => localStorage.getItem(smallerKey) === 'true');
  const [isOver, setOver] = useState(false);
  const add = (files: readonly File[]) => {
    void navigator.storage.persist(); // refused: the browser may still keep them
    void queue.add(files, { smaller });
  };
  const latest = useRef(add);
  useEffect(() => {
    latest.current = add;
  });
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])];
      if (files.length > 0) latest.current(files);
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void filesOf(event.dataTransfer).then(add);
  };
  return (
    <section
      className={isOver ? 'choose over' : 'choose'}
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      <div className="choices">
        <FileButton className="primary camera" onFiles={add} camera>
          {t('upload.camera')}
        </FileButton>
        <FileButton className="primary" onFiles={add}>
          {t('upload.choose')}
        </FileButton>
        <FileButton className="folder" onFiles={add} folder>
          {t('upload.folder')}
        </FileButton>
      </div>
      <p className="drop-hint">{t('upload.drop')}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={smaller}
          onChange={({ target }) => {
            setSmaller(target.checked);
            localStorage.setItem(smallerKey, String(target.checked));
          }}
        />
        {t('upload.smaller')}
      </label>
    </section>
  );
}

/** A button that people can press in gloves; the browser's own field stays out of sight. */
function FileButton(props: {
  className: string;
  onFiles: (files: readonly File[]) => void;
  children: ReactNode;
  camera?: boolean;
  folder?: boolean;
}) {
  const { className, onFiles, children, camera = false, folder = false } = props;
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={className} onClick={() => field.current?.click()}>
        {children}
      </button>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        accept={kinds}
        {...(camera && { capture: 'environment' })}
        {...(folder && { webkitdirectory: '' })}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])].filter((file) => !folder || !isHidden(file)));
          target.value = ''; // the same one may be chosen again
        }}
      />
    </>
  );
}

/** What systems keep in folders beside photos. */
const isHidden = ({ name }: File) => name.startsWith('.') || name === 'Thumbs.db';

/** Files, and those in dropped folders. */
async function filesOf({ items, files }: DataTransfer): Promise<File[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry?.isDirectory !== true)) return [...files];
  return (await Promise.all(entries.flatMap((entry) => (entry ? [filesIn(entry)] : [])))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [
      await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      ),
    ].filter((file) => !isHidden(file));
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found; // it gives a hundred at a time
    found.push(...(await Promise.all(some.map(filesIn))).flat());
  }
}
