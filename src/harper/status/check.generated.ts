// Made of src/harper/status/contract.ts by npm run generate.
// @ts-nocheck
export const isStatus = validate10;
function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){ let vErrors = null;
let errors = 0; if(errors === 0){ if(data && typeof data == "object" && !Array.isArray(data)){ let missing0;
if((data.node_name === undefined) && (missing0 = "node_name")){ return false; } else { if(data.type !== undefined){
let data0 = data.type; const _errs1 = errors; if((typeof data0 !== "string") && (data0 !== null)){ return false; }
var valid0 = _errs1 === errors; } else { var valid0 = true; } if(valid0){ if(data.node_name !== undefined){
const _errs3 = errors; if(typeof data.node_name !== "string"){ return false; } var valid0 = _errs3 === errors; } else {
var valid0 = true; } if(valid0){ if(data.url !== undefined){ let data2 = data.url; const _errs5 = errors;
if((typeof data2 !== "string") && (data2 !== null)){ return false; } var valid0 = _errs5 === errors; } else {
var valid0 = true; } if(valid0){ if(data.shard !== undefined){ let data3 = data.shard; const _errs7 = errors;
if(((!((typeof data3 == "number") && (isFinite(data3)))) && (typeof data3 !== "string")) && (data3 !== null)){
return false; } var valid0 = _errs7 === errors; } else { var valid0 = true; } if(valid0){
if(data.is_enabled !== undefined){ let data4 = data.is_enabled; const _errs9 = errors;
if((typeof data4 !== "boolean") && (data4 !== null)){ return false; } var valid0 = _errs9 === errors; } else {
var valid0 = true; } if(valid0){ if(data.connections !== undefined){ let data5 = data.connections;
const _errs11 = errors; if((!(Array.isArray(data5))) && (data5 !== null)){ return false; } if(errors === _errs11){
if(Array.isArray(data5)){ var valid1 = true; const len0 = data5.length; for(let i0=0; i0<len0; i0++){
let data6 = data5[i0]; const _errs13 = errors; if(errors === _errs13){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){ let missing1;
if((data6.name === undefined) && (missing1 = "name")){ return false; } else { if(data6.name !== undefined){
const _errs15 = errors; if(typeof data6.name !== "string"){ return false; } var valid2 = _errs15 === errors; } else {
var valid2 = true; } if(valid2){ if(data6.url !== undefined){ let data8 = data6.url; const _errs17 = errors;
if((typeof data8 !== "string") && (data8 !== null)){ return false; } var valid2 = _errs17 === errors; } else {
var valid2 = true; } if(valid2){ if(data6.subscriptions !== undefined){ let data9 = data6.subscriptions;
const _errs19 = errors; if((!(Array.isArray(data9))) && (data9 !== null)){ return false; }
var valid2 = _errs19 === errors; } else { var valid2 = true; } if(valid2){ if(data6.replicates !== undefined){
let data10 = data6.replicates; const _errs21 = errors;
if(((typeof data10 !== "boolean") && (!(data10 && typeof data10 == "object" && !Array.isArray(data10)))) && (data10 !== null)){
return false; } if(errors === _errs21){ if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.sends !== undefined){ let data11 = data10.sends; const _errs23 = errors;
if((typeof data11 !== "boolean") && (data11 !== null)){ return false; } var valid3 = _errs23 === errors; } else {
var valid3 = true; } if(valid3){ if(data10.receives !== undefined){ let data12 = data10.receives;
const _errs25 = errors; if((typeof data12 !== "boolean") && (data12 !== null)){ return false; }
var valid3 = _errs25 === errors; } else { var valid3 = true; } } } } var valid2 = _errs21 === errors; } else {
var valid2 = true; } if(valid2){ if(data6.replicateByDefault !== undefined){ let data13 = data6.replicateByDefault;
const _errs27 = errors;
if(((typeof data13 !== "boolean") && (!(data13 && typeof data13 == "object" && !Array.isArray(data13)))) && (data13 !== null)){
return false; } if(errors === _errs27){ if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.sends !== undefined){ let data14 = data13.sends; const _errs29 = errors;
if((typeof data14 !== "boolean") && (data14 !== null)){ return false; } var valid4 = _errs29 === errors; } else {
var valid4 = true; } if(valid4){ if(data13.receives !== undefined){ let data15 = data13.receives;
const _errs31 = errors; if((typeof data15 !== "boolean") && (data15 !== null)){ return false; }
var valid4 = _errs31 === errors; } else { var valid4 = true; } } } } var valid2 = _errs27 === errors; } else {
var valid2 = true; } if(valid2){ if(data6.shard !== undefined){ let data16 = data6.shard; const _errs33 = errors;
if(((!((typeof data16 == "number") && (isFinite(data16)))) && (typeof data16 !== "string")) && (data16 !== null)){
return false; } var valid2 = _errs33 === errors; } else { var valid2 = true; } if(valid2){
if(data6.start_time !== undefined){ let data17 = data6.start_time; const _errs35 = errors;
if(((typeof data17 !== "string") && (!((typeof data17 == "number") && (isFinite(data17))))) && (data17 !== null)){
return false; } var valid2 = _errs35 === errors; } else { var valid2 = true; } if(valid2){
if(data6.startTime !== undefined){ let data18 = data6.startTime; const _errs37 = errors;
if(((typeof data18 !== "string") && (!((typeof data18 == "number") && (isFinite(data18))))) && (data18 !== null)){
return false; } var valid2 = _errs37 === errors; } else { var valid2 = true; } if(valid2){
if(data6.revoked_certificates !== undefined){ let data19 = data6.revoked_certificates; const _errs39 = errors;
if((!(Array.isArray(data19))) && (data19 !== null)){ return false; } var valid2 = _errs39 === errors; } else {
var valid2 = true; } if(valid2){ if(data6.ca_info !== undefined){ let data20 = data6.ca_info; const _errs41 = errors;
if((!(data20 && typeof data20 == "object" && !Array.isArray(data20))) && (data20 !== null)){ return false; }
if(errors === _errs41){ if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
if(data20.issuer !== undefined){ let data21 = data20.issuer; const _errs43 = errors;
if((typeof data21 !== "string") && (data21 !== null)){ return false; } var valid5 = _errs43 === errors; } else {
var valid5 = true; } if(valid5){ if(data20.subject !== undefined){ let data22 = data20.subject; const _errs45 = errors;
if((typeof data22 !== "string") && (data22 !== null)){ return false; } var valid5 = _errs45 === errors; } else {
var valid5 = true; } if(valid5){ if(data20.serialNumber !== undefined){ let data23 = data20.serialNumber;
const _errs47 = errors; if((typeof data23 !== "string") && (data23 !== null)){ return false; }
var valid5 = _errs47 === errors; } else { var valid5 = true; } if(valid5){ if(data20.validFrom !== undefined){
let data24 = data20.validFrom; const _errs49 = errors;
if(((typeof data24 !== "string") && (!((typeof data24 == "number") && (isFinite(data24))))) && (data24 !== null)){
return false; } var valid5 = _errs49 === errors; } else { var valid5 = true; } if(valid5){
if(data20.validTo !== undefined){ let data25 = data20.validTo; const _errs51 = errors;
if(((typeof data25 !== "string") && (!((typeof data25 == "number") && (isFinite(data25))))) && (data25 !== null)){
return false; } var valid5 = _errs51 === errors; } else { var valid5 = true; } } } } } } }
var valid2 = _errs41 === errors; } else { var valid2 = true; } if(valid2){ if(data6.database_sockets !== undefined){
let data26 = data6.database_sockets; const _errs53 = errors; if((!(Array.isArray(data26))) && (data26 !== null)){
return false; } if(errors === _errs53){ if(Array.isArray(data26)){ var valid6 = true; const len1 = data26.length;
for(let i1=0; i1<len1; i1++){ let data27 = data26[i1]; const _errs55 = errors; if(errors === _errs55){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){ let missing2;
if((data27.database === undefined) && (missing2 = "database")){ return false; } else {
if(data27.database !== undefined){ const _errs57 = errors; if(typeof data27.database !== "string"){ return false; }
var valid7 = _errs57 === errors; } else { var valid7 = true; } if(valid7){ if(data27.connected !== undefined){
let data29 = data27.connected; const _errs59 = errors; if((typeof data29 !== "boolean") && (data29 !== null)){
return false; } var valid7 = _errs59 === errors; } else { var valid7 = true; } if(valid7){
if(data27.latency !== undefined){ let data30 = data27.latency; const _errs61 = errors;
if((!((typeof data30 == "number") && (isFinite(data30)))) && (data30 !== null)){ return false; }
var valid7 = _errs61 === errors; } else { var valid7 = true; } if(valid7){ if(data27.threadId !== undefined){
let data31 = data27.threadId; const _errs63 = errors;
if((!((typeof data31 == "number") && (isFinite(data31)))) && (data31 !== null)){ return false; }
var valid7 = _errs63 === errors; } else { var valid7 = true; } if(valid7){ if(data27.thread_id !== undefined){
let data32 = data27.thread_id; const _errs65 = errors;
if((!((typeof data32 == "number") && (isFinite(data32)))) && (data32 !== null)){ return false; }
var valid7 = _errs65 === errors; } else { var valid7 = true; } if(valid7){ if(data27.nodes !== undefined){
let data33 = data27.nodes; const _errs67 = errors; if((!(Array.isArray(data33))) && (data33 !== null)){ return false; }
var valid7 = _errs67 === errors; } else { var valid7 = true; } if(valid7){ if(data27.lastCommitConfirmed !== undefined){
let data34 = data27.lastCommitConfirmed; const _errs69 = errors;
if(((typeof data34 !== "string") && (!((typeof data34 == "number") && (isFinite(data34))))) && (data34 !== null)){
return false; } var valid7 = _errs69 === errors; } else { var valid7 = true; } if(valid7){
if(data27.lastReceivedRemoteTime !== undefined){ let data35 = data27.lastReceivedRemoteTime; const _errs71 = errors;
if(((typeof data35 !== "string") && (!((typeof data35 == "number") && (isFinite(data35))))) && (data35 !== null)){
return false; } var valid7 = _errs71 === errors; } else { var valid7 = true; } if(valid7){
if(data27.lastReceivedLocalTime !== undefined){ let data36 = data27.lastReceivedLocalTime; const _errs73 = errors;
if(((typeof data36 !== "string") && (!((typeof data36 == "number") && (isFinite(data36))))) && (data36 !== null)){
return false; } var valid7 = _errs73 === errors; } else { var valid7 = true; } if(valid7){
if(data27.lastReceivedVersion !== undefined){ let data37 = data27.lastReceivedVersion; const _errs75 = errors;
if((!((typeof data37 == "number") && (isFinite(data37)))) && (data37 !== null)){ return false; }
var valid7 = _errs75 === errors; } else { var valid7 = true; } if(valid7){ if(data27.sendingMessage !== undefined){
let data38 = data27.sendingMessage; const _errs77 = errors;
if(((typeof data38 !== "string") && (!((typeof data38 == "number") && (isFinite(data38))))) && (data38 !== null)){
return false; } var valid7 = _errs77 === errors; } else { var valid7 = true; } if(valid7){
if(data27.backPressurePercent !== undefined){ let data39 = data27.backPressurePercent; const _errs79 = errors;
if((!((typeof data39 == "number") && (isFinite(data39)))) && (data39 !== null)){ return false; }
var valid7 = _errs79 === errors; } else { var valid7 = true; } if(valid7){ if(data27.lastReceivedStatus !== undefined){
let data40 = data27.lastReceivedStatus; const _errs81 = errors; if((typeof data40 !== "string") && (data40 !== null)){
return false; } var valid7 = _errs81 === errors; } else { var valid7 = true; } if(valid7){
if(data27.blobReplicationFailures !== undefined){ let data41 = data27.blobReplicationFailures; const _errs83 = errors;
if((!((typeof data41 == "number") && (isFinite(data41)))) && (data41 !== null)){ return false; }
var valid7 = _errs83 === errors; } else { var valid7 = true; } if(valid7){ if(data27.lastBlobFailure !== undefined){
let data42 = data27.lastBlobFailure; const _errs85 = errors;
if(((typeof data42 !== "string") && (!((typeof data42 == "number") && (isFinite(data42))))) && (data42 !== null)){
return false; } var valid7 = _errs85 === errors; } else { var valid7 = true; } if(valid7){
if(data27.lastLiveness !== undefined){ let data43 = data27.lastLiveness; const _errs87 = errors;
if(((typeof data43 !== "string") && (!((typeof data43 == "number") && (isFinite(data43))))) && (data43 !== null)){
return false; } var valid7 = _errs87 === errors; } else { var valid7 = true; } if(valid7){
if(data27.lastConnectionError !== undefined){ let data44 = data27.lastConnectionError; const _errs89 = errors;
if((!(data44 && typeof data44 == "object" && !Array.isArray(data44))) && (data44 !== null)){ return false; }
if(errors === _errs89){ if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
if(data44.code !== undefined){ let data45 = data44.code; const _errs91 = errors;
if(((!((typeof data45 == "number") && (isFinite(data45)))) && (typeof data45 !== "string")) && (data45 !== null)){
return false; } var valid8 = _errs91 === errors; } else { var valid8 = true; } if(valid8){
if(data44.time !== undefined){ let data46 = data44.time; const _errs93 = errors;
if(((typeof data46 !== "string") && (!((typeof data46 == "number") && (isFinite(data46))))) && (data46 !== null)){
return false; } var valid8 = _errs93 === errors; } else { var valid8 = true; } } } } var valid7 = _errs89 === errors; }
else { var valid7 = true; } } } } } } } } } } } } } } } } } } } else { return false; } }
var valid6 = _errs55 === errors; if(!valid6){ break; } } } } var valid2 = _errs53 === errors; } else {
var valid2 = true; } } } } } } } } } } } } } else { return false; } } var valid1 = _errs13 === errors; if(!valid1){
break; } } } } var valid0 = _errs11 === errors; } else { var valid0 = true; } } } } } } } } else { return false; } }
return errors === 0; }
