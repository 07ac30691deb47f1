// One tap when everybody leaves, and one when somebody comes home.
import { Shield, ShieldOff } from "lucide-react";
import { useArmAll } from "@/api/camera-settings";
import { useSession } from "@/api/session";
import type { Camera } from "@/api/wire";
import { Button } from "@/components/button";
import { camerasTexts as t } from "@/lib/texts/cameras";
import { toast } from "@/lib/toasts";

export function ArmAll({ cameras }: { cameras: readonly Camera[] }) {
  const arm = useArmAll();
  const mayChange = useSession().user.role === "admin";
  if (!mayChange) return null;
  const armed = cameras.every((camera) => camera.armed);
  const set = (wanted: boolean) =>
    arm.mutate(wanted, {
      onSuccess: () =>
        toast(wanted ? t.allArmed : t.allDisarmed, "info", { label: t.undo, run: () => set(!wanted) }),
      onError: (error) => toast(error.message, "bad"),
    });
  return (
    <Button
      icon={armed ? ShieldOff : Shield}
      look={armed ? "outline" : "primary"}
      disabled={arm.isPending}
      onClick={() => set(!armed)}
    >
      {armed ? t.disarmAll : t.armAll}
    </Button>
  );
}
