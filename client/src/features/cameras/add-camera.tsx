// The way to a further camera: a page that shows one line for the Pi.
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { buttonClass } from "@/components/button";
import { camerasTexts } from "@/lib/texts/cameras";

export function AddCamera() {
  return (
    <Link to="/settings/cameras/pair" className={buttonClass("primary")}>
      <Plus aria-hidden className="size-[18px]" />
      {camerasTexts.addTitle}
    </Link>
  );
}
