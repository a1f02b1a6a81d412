/** The shapes that the modules pass around. For editors and for the type checker; no browser loads this. */

/** A piece of a page as a value; its children are such pieces, or texts. */
interface View { tag: string; props: any; children: any[] }

/** One JSON-RPC object. */
interface Frame { id?: number; method?: string; params?: any; result?: any; error?: { message: string; data?: any } }

/** An open way to the desk. */
interface Link { send(frame: Frame): void; close(): void }

/** Who hears of a link. */
interface Ends { onFrame(frame: Frame): void; onClose(): void }

/** What happened in a stream; `prev` is the number of the event before it that this session may see. */
interface DeskEvent { stream: string; seq: number; prev: number; type: string; at: number; by: string; data: any }

/** How the connection stands. */
type ConnectionState = "connecting" | "open" | "lost" | "refused";

/** What a connection needs to know, and who hears of it. */
interface ConnectionHost {
  /** Parameters of `session.open`, made anew for each try. */
  hello(): any;
  onSession(session: any): void;
  onState(state: ConnectionState): void;
  onNotice(method: string, params: any): void;
  /** The desk will not open a session; return true to try again. */
  onRefused(error: { code: string }): boolean;
  /** Place in the tab's memory for unanswered commands, so that a reload sends them again. */
  keep?: string;
}

/** A line on its way; `seq` once the desk has it, `error` if it said no. */
interface Line { id: string; text: string; seq: number; error: any }

