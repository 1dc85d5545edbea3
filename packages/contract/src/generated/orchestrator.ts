import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { CancelRunRequestInit as _assay_v1_CancelRunRequestInit, CancelRunRequest as _assay_v1_CancelRunRequest } from './assay/v1/CancelRunRequest.ts';
import type { CandidateInit as _assay_v1_CandidateInit, Candidate as _assay_v1_Candidate } from './assay/v1/Candidate.ts';
import type { CreateRunRequestInit as _assay_v1_CreateRunRequestInit, CreateRunRequest as _assay_v1_CreateRunRequest } from './assay/v1/CreateRunRequest.ts';
import type { CustomInit as _assay_v1_CustomInit, Custom as _assay_v1_Custom } from './assay/v1/Custom.ts';
import type { DescribeRequestInit as _assay_v1_DescribeRequestInit, DescribeRequest as _assay_v1_DescribeRequest } from './assay/v1/DescribeRequest.ts';
import type { DescribeResponseInit as _assay_v1_DescribeResponseInit, DescribeResponse as _assay_v1_DescribeResponse } from './assay/v1/DescribeResponse.ts';
import type { GetReportRequestInit as _assay_v1_GetReportRequestInit, GetReportRequest as _assay_v1_GetReportRequest } from './assay/v1/GetReportRequest.ts';
import type { GetReportResponseInit as _assay_v1_GetReportResponseInit, GetReportResponse as _assay_v1_GetReportResponse } from './assay/v1/GetReportResponse.ts';
import type { JudgeProgramInit as _assay_v1_JudgeProgramInit, JudgeProgram as _assay_v1_JudgeProgram } from './assay/v1/JudgeProgram.ts';
import type { LanguageFactorInit as _assay_v1_LanguageFactorInit, LanguageFactor as _assay_v1_LanguageFactor } from './assay/v1/LanguageFactor.ts';
import type { ListRunsRequestInit as _assay_v1_ListRunsRequestInit, ListRunsRequest as _assay_v1_ListRunsRequest } from './assay/v1/ListRunsRequest.ts';
import type { ListRunsResponseInit as _assay_v1_ListRunsResponseInit, ListRunsResponse as _assay_v1_ListRunsResponse } from './assay/v1/ListRunsResponse.ts';
import type { ListVerifiersRequestInit as _assay_v1_ListVerifiersRequestInit, ListVerifiersRequest as _assay_v1_ListVerifiersRequest } from './assay/v1/ListVerifiersRequest.ts';
import type { ListVerifiersResponseInit as _assay_v1_ListVerifiersResponseInit, ListVerifiersResponse as _assay_v1_ListVerifiersResponse } from './assay/v1/ListVerifiersResponse.ts';
import type { MathAnswerInit as _assay_v1_MathAnswerInit, MathAnswer as _assay_v1_MathAnswer } from './assay/v1/MathAnswer.ts';
import type { OrchestratorClient as _assay_v1_OrchestratorClient, OrchestratorDefinition as _assay_v1_OrchestratorDefinition } from './assay/v1/Orchestrator.ts';
import type { PartInit as _assay_v1_PartInit, Part as _assay_v1_Part } from './assay/v1/Part.ts';
import type { ProblemInit as _assay_v1_ProblemInit, Problem as _assay_v1_Problem } from './assay/v1/Problem.ts';
import type { ProgramOutputInit as _assay_v1_ProgramOutputInit, ProgramOutput as _assay_v1_ProgramOutput } from './assay/v1/ProgramOutput.ts';
import type { ProgramRunInit as _assay_v1_ProgramRunInit, ProgramRun as _assay_v1_ProgramRun } from './assay/v1/ProgramRun.ts';
import type { ProgramTestInit as _assay_v1_ProgramTestInit, ProgramTest as _assay_v1_ProgramTest } from './assay/v1/ProgramTest.ts';
import type { ProgramTestsInit as _assay_v1_ProgramTestsInit, ProgramTests as _assay_v1_ProgramTests } from './assay/v1/ProgramTests.ts';
import type { RegisterVerifierRequestInit as _assay_v1_RegisterVerifierRequestInit, RegisterVerifierRequest as _assay_v1_RegisterVerifierRequest } from './assay/v1/RegisterVerifierRequest.ts';
import type { RegisterVerifierResponseInit as _assay_v1_RegisterVerifierResponseInit, RegisterVerifierResponse as _assay_v1_RegisterVerifierResponse } from './assay/v1/RegisterVerifierResponse.ts';
import type { ReplicaStatusInit as _assay_v1_ReplicaStatusInit, ReplicaStatus as _assay_v1_ReplicaStatus } from './assay/v1/ReplicaStatus.ts';
import type { RepositoryPatchInit as _assay_v1_RepositoryPatchInit, RepositoryPatch as _assay_v1_RepositoryPatch } from './assay/v1/RepositoryPatch.ts';
import type { RunInit as _assay_v1_RunInit, Run as _assay_v1_Run } from './assay/v1/Run.ts';
import type { RunProgressInit as _assay_v1_RunProgressInit, RunProgress as _assay_v1_RunProgress } from './assay/v1/RunProgress.ts';
import type { RunVerdictInit as _assay_v1_RunVerdictInit, RunVerdict as _assay_v1_RunVerdict } from './assay/v1/RunVerdict.ts';
import type { ScoringInit as _assay_v1_ScoringInit, Scoring as _assay_v1_Scoring } from './assay/v1/Scoring.ts';
import type { SourceFileInit as _assay_v1_SourceFileInit, SourceFile as _assay_v1_SourceFile } from './assay/v1/SourceFile.ts';
import type { SubmitRequestInit as _assay_v1_SubmitRequestInit, SubmitRequest as _assay_v1_SubmitRequest } from './assay/v1/SubmitRequest.ts';
import type { SubmitResponseInit as _assay_v1_SubmitResponseInit, SubmitResponse as _assay_v1_SubmitResponse } from './assay/v1/SubmitResponse.ts';
import type { SubmittedCandidatesInit as _assay_v1_SubmittedCandidatesInit, SubmittedCandidates as _assay_v1_SubmittedCandidates } from './assay/v1/SubmittedCandidates.ts';
import type { TheoremInit as _assay_v1_TheoremInit, Theorem as _assay_v1_Theorem } from './assay/v1/Theorem.ts';
import type { TimesInit as _assay_v1_TimesInit, Times as _assay_v1_Times } from './assay/v1/Times.ts';
import type { TurnInit as _assay_v1_TurnInit, Turn as _assay_v1_Turn } from './assay/v1/Turn.ts';
import type { VerdictInit as _assay_v1_VerdictInit, Verdict as _assay_v1_Verdict } from './assay/v1/Verdict.ts';
import type { VerifierClient as _assay_v1_VerifierClient, VerifierDefinition as _assay_v1_VerifierDefinition } from './assay/v1/Verifier.ts';
import type { VerifierStatusInit as _assay_v1_VerifierStatusInit, VerifierStatus as _assay_v1_VerifierStatus } from './assay/v1/VerifierStatus.ts';
import type { VerifyRequestInit as _assay_v1_VerifyRequestInit, VerifyRequest as _assay_v1_VerifyRequest } from './assay/v1/VerifyRequest.ts';
import type { VerifyResponseInit as _assay_v1_VerifyResponseInit, VerifyResponse as _assay_v1_VerifyResponse } from './assay/v1/VerifyResponse.ts';
import type { WatchRunRequestInit as _assay_v1_WatchRunRequestInit, WatchRunRequest as _assay_v1_WatchRunRequest } from './assay/v1/WatchRunRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  assay: {
    v1: {
      CancelRunRequest: MessageTypeDefinition<_assay_v1_CancelRunRequestInit, _assay_v1_CancelRunRequest>
      Candidate: MessageTypeDefinition<_assay_v1_CandidateInit, _assay_v1_Candidate>
      CreateRunRequest: MessageTypeDefinition<_assay_v1_CreateRunRequestInit, _assay_v1_CreateRunRequest>
      Custom: MessageTypeDefinition<_assay_v1_CustomInit, _assay_v1_Custom>
      DescribeRequest: MessageTypeDefinition<_assay_v1_DescribeRequestInit, _assay_v1_DescribeRequest>
      DescribeResponse: MessageTypeDefinition<_assay_v1_DescribeResponseInit, _assay_v1_DescribeResponse>
      GetReportRequest: MessageTypeDefinition<_assay_v1_GetReportRequestInit, _assay_v1_GetReportRequest>
      GetReportResponse: MessageTypeDefinition<_assay_v1_GetReportResponseInit, _assay_v1_GetReportResponse>
      JudgeProgram: MessageTypeDefinition<_assay_v1_JudgeProgramInit, _assay_v1_JudgeProgram>
      LanguageFactor: MessageTypeDefinition<_assay_v1_LanguageFactorInit, _assay_v1_LanguageFactor>
      ListRunsRequest: MessageTypeDefinition<_assay_v1_ListRunsRequestInit, _assay_v1_ListRunsRequest>
      ListRunsResponse: MessageTypeDefinition<_assay_v1_ListRunsResponseInit, _assay_v1_ListRunsResponse>
      ListVerifiersRequest: MessageTypeDefinition<_assay_v1_ListVerifiersRequestInit, _assay_v1_ListVerifiersRequest>
      ListVerifiersResponse: MessageTypeDefinition<_assay_v1_ListVerifiersResponseInit, _assay_v1_ListVerifiersResponse>
      MathAnswer: MessageTypeDefinition<_assay_v1_MathAnswerInit, _assay_v1_MathAnswer>
      Normalization: EnumTypeDefinition
      Orchestrator: SubtypeConstructor<typeof grpc.Client, _assay_v1_OrchestratorClient> & { service: _assay_v1_OrchestratorDefinition }
      Part: MessageTypeDefinition<_assay_v1_PartInit, _assay_v1_Part>
      Problem: MessageTypeDefinition<_assay_v1_ProblemInit, _assay_v1_Problem>
      ProgramOutput: MessageTypeDefinition<_assay_v1_ProgramOutputInit, _assay_v1_ProgramOutput>
      ProgramRun: MessageTypeDefinition<_assay_v1_ProgramRunInit, _assay_v1_ProgramRun>
      ProgramTest: MessageTypeDefinition<_assay_v1_ProgramTestInit, _assay_v1_ProgramTest>
      ProgramTests: MessageTypeDefinition<_assay_v1_ProgramTestsInit, _assay_v1_ProgramTests>
      RegisterVerifierRequest: MessageTypeDefinition<_assay_v1_RegisterVerifierRequestInit, _assay_v1_RegisterVerifierRequest>
      RegisterVerifierResponse: MessageTypeDefinition<_assay_v1_RegisterVerifierResponseInit, _assay_v1_RegisterVerifierResponse>
      ReplicaState: EnumTypeDefinition
      ReplicaStatus: MessageTypeDefinition<_assay_v1_ReplicaStatusInit, _assay_v1_ReplicaStatus>
      RepositoryPatch: MessageTypeDefinition<_assay_v1_RepositoryPatchInit, _assay_v1_RepositoryPatch>
      Run: MessageTypeDefinition<_assay_v1_RunInit, _assay_v1_Run>
      RunProgress: MessageTypeDefinition<_assay_v1_RunProgressInit, _assay_v1_RunProgress>
      RunState: EnumTypeDefinition
      RunVerdict: MessageTypeDefinition<_assay_v1_RunVerdictInit, _assay_v1_RunVerdict>
      Scoring: MessageTypeDefinition<_assay_v1_ScoringInit, _assay_v1_Scoring>
      SourceFile: MessageTypeDefinition<_assay_v1_SourceFileInit, _assay_v1_SourceFile>
      SubmitRequest: MessageTypeDefinition<_assay_v1_SubmitRequestInit, _assay_v1_SubmitRequest>
      SubmitResponse: MessageTypeDefinition<_assay_v1_SubmitResponseInit, _assay_v1_SubmitResponse>
      SubmittedCandidates: MessageTypeDefinition<_assay_v1_SubmittedCandidatesInit, _assay_v1_SubmittedCandidates>
      Theorem: MessageTypeDefinition<_assay_v1_TheoremInit, _assay_v1_Theorem>
      Times: MessageTypeDefinition<_assay_v1_TimesInit, _assay_v1_Times>
      Turn: MessageTypeDefinition<_assay_v1_TurnInit, _assay_v1_Turn>
      Verdict: MessageTypeDefinition<_assay_v1_VerdictInit, _assay_v1_Verdict>
      VerdictSource: EnumTypeDefinition
      VerdictStatus: EnumTypeDefinition
      Verifier: SubtypeConstructor<typeof grpc.Client, _assay_v1_VerifierClient> & { service: _assay_v1_VerifierDefinition }
      VerifierStatus: MessageTypeDefinition<_assay_v1_VerifierStatusInit, _assay_v1_VerifierStatus>
      VerifyRequest: MessageTypeDefinition<_assay_v1_VerifyRequestInit, _assay_v1_VerifyRequest>
      VerifyResponse: MessageTypeDefinition<_assay_v1_VerifyResponseInit, _assay_v1_VerifyResponse>
      WatchRunRequest: MessageTypeDefinition<_assay_v1_WatchRunRequestInit, _assay_v1_WatchRunRequest>
    }
  }
}

