// SPDX-License-Identifier: MulanPSL-2.0
// Photos are made small on the device, so that a weak signal carries them.

const LONGEST = 1600;
const QUALITY = 0.82;

/**
 * A photo as JPEG with its longer side at most 1600 pixels; turned upright and without what the camera
 * wrote into it (place, time, device). A file the browser cannot read is given back as it is: the server
 * decides about it.
 */
export async function shrink(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  let picture: HTMLImageElement;
  try {
    picture = await read(file);
  } catch {
    return file;
  }
  const { naturalWidth: width, naturalHeight: height } = picture;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return file;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!small) return file;
  return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

/** An `<img>` turns a photo upright by itself everywhere above the floor. */
function read(file: File): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const address = URL.createObjectURL(file);
    const image = new Image();
    image.onload = () => {
      URL.revokeObjectURL(address);
      resolve(image);
    };
    image.onerror = () => {
      URL.revokeObjectURL(address);
      reject(new Error("not a picture"));
    };
    image.src = address;
  });
}
