// Live view as single JPEGs: for browsers that can show video in neither way.
import type { MakeScreen } from "./screen";

export const pictureScreen: MakeScreen = ({ onShown }) => {
  const element = document.createElement("canvas");
  const context = element.getContext("2d");
  let closed = false;
  let drawing = 0;
  return {
    element,
    show({ data, capturedUs }) {
      drawing += 1;
      const mine = drawing;
      createImageBitmap(new Blob([data], { type: "image/jpeg" })).then(
        (picture) => {
          if (!closed && mine === drawing) {
            element.width = picture.width;
            element.height = picture.height;
            context?.drawImage(picture, 0, 0);
            onShown(capturedUs);
          }
          picture.close();
        },
        () => undefined, // the next one may be whole
      );
    },
    close() {
      closed = true;
    },
  };
};
