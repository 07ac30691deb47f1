// The viewer as one component: providers around the router.
export function App() {
  return (
    <main>
      <h1>Pi Security Camera</h1>
    </main>
  );
}
