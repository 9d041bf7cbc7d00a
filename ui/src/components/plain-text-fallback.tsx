import { Component, type ReactNode } from 'react';

export interface PlainTextFallbackProps {
  readonly text: string;
  readonly children: ReactNode;
}

/** Shows an answer as plain text should drawing it as a document ever fail: what was answered is never lost. */
export class PlainTextFallback extends Component<PlainTextFallbackProps, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="question-text" dir="auto">
        {this.props.text}
      </div>
    );
  }
}
