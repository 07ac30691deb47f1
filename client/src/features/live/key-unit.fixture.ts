// A key unit as the camera's encoder writes it: 96x72, grey, constrained baseline.
const BASE64 = "AAAAAWdCwAzaGL+WbIAAAAMAgAAACkeKFVAAAAABaM48gAAAAAFliIQGqJycnJycnXXXXXXXXXXXXXXXXXXXXXXXXg==";

export const KEY_UNIT = Uint8Array.from(atob(BASE64), (sign) => sign.charCodeAt(0));
